import { PEERS } from '../harness/peers.js';
import type { Profile, ProfileDocument } from '../profile/profile-document.js';
import { number, table } from './table.js';

/** Less of every server than this, in per cent, is put together with the rest. */
const LEAST_PERCENT = 1;

/** A table of the places where the time of servers goes, and the functions of ours that take most. */
export function profileSection({ profiles }: ProfileDocument): string {
  const columns = profiles.map((profile) => `${profile.row}: ${titleOf(profile.server)}`);
  const places = [...new Set(profiles.flatMap((profile) => Object.keys(profile.places)))];
  const shown = places.filter((place) =>
    profiles.some((profile) => percentOf(profile, place) >= LEAST_PERCENT),
  );
  const rows = shown.map((place) => [place, ...profiles.map((profile) => cell(profile.places[place]))]);
  const rest = profiles.map((profile) =>
    places
      .filter((place) => !shown.includes(place))
      .reduce((sum, place) => sum + (profile.places[place] ?? 0), 0),
  );
  return [
    table(
      ['µs of CPU for one', ...columns],
      [
        ...rows,
        ['the rest', ...rest.map(cell)],
        ['all', ...profiles.map(({ cpuMicros }) => number(cpuMicros))],
      ],
    ),
    ...profiles.filter(({ server }) => server === 'ours').map(functionList),
  ].join('\n\n');
}

function functionList(profile: Profile): string {
  const functions = Object.entries(profile.functions).map(
    ([name, micros]) => `\`${name}\` ${number((100 * micros) / profile.cpuMicros)} %`,
  );
  return `Functions of ${profile.row}, without what they call: ${functions.join(', ')}.`;
}

function percentOf({ places, cpuMicros }: Profile, place: string): number {
  return (100 * (places[place] ?? 0)) / cpuMicros;
}

function cell(micros = 0): string {
  return micros === 0 ? '–' : number(micros);
}

function titleOf(server: string): string {
  return PEERS.find(({ name }) => name === server)?.title ?? server;
}
