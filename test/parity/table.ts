import { format } from 'prettier';
import { isAllowedToDiffer } from './comparison.js';
import { DIFFERENCES } from './differences.js';
import { AREAS } from './scenarios/all.js';

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** How many scenarios are as in Spring, by area. That none differs that may not is what `parity.spec.ts` proves. */
export function countsTable(): Promise<string> {
  const counts = AREAS.map((area) => {
    const different = area.scenarios.filter((scenario) => isAllowedToDiffer(area, scenario)).length;
    return { name: area.name, total: area.scenarios.length, different };
  });
  const sum = (key: 'total' | 'different'): number => counts.reduce((total, each) => total + each[key], 0);
  const all = { name: '**all**', total: sum('total'), different: sum('different') };
  return formatted(
    row('scenarios', '', 'identical', 'allowed difference', 'differs'),
    row('---', '--:', '--:', '--:', '--:'),
    ...[...counts, all].map(({ name, total, different }) =>
      row(name, total, total - different, different, 0),
    ),
  );
}

/** Every difference, with its reason. */
export function differencesTable(): Promise<string> {
  return formatted(
    row("Spring's simple broker", 'here', 'why', "to have Spring's way"),
    row('---', '---', '---', '---'),
    ...DIFFERENCES.map(({ spring, here, why, restore = '–' }) => row(spring, here, why, restore)),
  );
}

async function formatted(...lines: readonly string[]): Promise<string> {
  return (await format(lines.join('\n'), { parser: 'markdown', printWidth: 128 })).trimEnd();
}
