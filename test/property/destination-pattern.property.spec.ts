import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DestinationPattern } from '../../src/messaging/destination/destination-pattern.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

/*
 * The oracle backtracks: it tries what each `**` may stand for, and leaves a segment to a JavaScript RegExp. Every
 * part of a pattern comes with the RegExp that means the same.
 */

const RUNS = fuzzRuns(20_261_124, 1_500);

/** A part of a segment, as we write it and as JavaScript does. `$` stands for the number of the variable. */
interface Part {
  readonly ours: string;
  readonly theirs: string;
}
const part = (ours: string, theirs: string): Part => ({ ours, theirs });

/** Regular expressions that mean the same in both. Repeats of what may be empty are left out on demand. */
const regexArbitrary = (repeatsNothing: boolean): fc.Arbitrary<string> =>
  fc
    .letrec<{ regex: { text: string; nullable: boolean } }>((tie) => ({
      regex: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc
          .constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\D', '[a-b\\-]')
          .map((text) => ({ text, nullable: false })),
        fc.tuple(tie('regex'), tie('regex')).map(([one, other]) => ({
          text: one.text + other.text,
          nullable: one.nullable && other.nullable,
        })),
        fc.tuple(tie('regex'), tie('regex'), fc.boolean()).map(([one, other, captures]) => ({
          text: `(${captures ? '' : '?:'}${one.text}|${other.text})`,
          nullable: one.nullable || other.nullable,
        })),
        fc
          .tuple(
            tie('regex'),
            fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,2}', '{1,}'),
            fc.constantFrom('', '?'),
          )
          .map(([{ text, nullable }, repeat, lazy]) =>
            nullable && !repeatsNothing
              ? { text: `(?:${text})`, nullable }
              : { text: `(?:${text})${repeat}${lazy}`, nullable: nullable || /^(\*|\?|\{0)/.test(repeat) },
          ),
      ),
    }))
    .regex.map(({ text }) => text);

const partArbitrary = (repeatsNothing: boolean): fc.Arbitrary<Part> =>
  fc.oneof(
    fc.constantFrom('a', 'a', 'b', '-').map((text) => part(text, text)),
    fc.constantFrom(part('?', '.'), part('*', '.*'), part('{$}', '(?<$>.*)')),
    regexArbitrary(repeatsNothing).map((regex) => part(`{$:${regex}}`, `(?<$>${regex})`)),
  );

const DEEP = [part('**', '')];

interface Pattern {
  readonly leading: boolean;
  readonly trailing: boolean;
  readonly segments: readonly (readonly Part[])[];
}

const seldom = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);

const patternArbitrary = (repeatsNothing = false): fc.Arbitrary<Pattern> =>
  fc.record({
    leading: fc.boolean(),
    trailing: seldom,
    segments: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.array(partArbitrary(repeatsNothing), { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.constant(DEEP) },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  });

/** Gives each variable a name of its own. */
function nameVariables({ segments, ...pattern }: Pattern, prefix: string): Pattern {
  let count = 0;
  return {
    ...pattern,
    segments: segments.map((parts) =>
      parts.map(({ ours, theirs }) => {
        const name = `${prefix}${ours.includes('$') ? count++ : ''}`;
        return part(ours.replaceAll('$', name), theirs.replaceAll('$', name));
      }),
    ),
  };
}

function render({ leading, trailing, segments }: Pattern, separator: string): string {
  const text = segments.map((parts) => parts.map(({ ours }) => ours).join('')).join(separator);
  return (leading ? separator : '') + text + (trailing ? separator : '');
}

/** What the pattern makes of the destination, tried out. */
function oracle(
  pattern: Pattern,
  destination: string,
  separator: string,
): Record<string, string> | undefined {
  const values = destination.split(separator).filter((segment) => segment !== '');
  const ends = destination.endsWith(separator);
  const texts = pattern.segments.map((parts) => parts.map(({ ours }) => ours).join(''));
  if (destination.startsWith(separator) !== pattern.leading) return undefined;
  if (ends && !texts.includes('**') && /^\*+$/.test(texts[texts.length - 1])) {
    const variables = tryOut(pattern.segments.slice(0, -1), values);
    if (variables !== undefined) return variables;
  }
  if (texts[texts.length - 1] !== '**' && ends !== pattern.trailing) return undefined;
  return tryOut(pattern.segments, values);
}

function tryOut(
  [segment, ...segments]: readonly (readonly Part[])[],
  values: readonly string[],
): Record<string, string> | undefined {
  if (segment === undefined) return values.length === 0 ? {} : undefined;
  if (segment.map(({ ours }) => ours).join('') === '**') {
    for (let taken = 0; taken <= values.length; taken++) {
      const variables = tryOut(segments, values.slice(taken));
      if (variables !== undefined) return variables;
    }
    return undefined;
  }
  if (values.length === 0) return undefined;
  const match = new RegExp(`^(?:${segment.map(({ theirs }) => theirs).join('')})$`, 'su').exec(values[0]);
  const variables = match && tryOut(segments, values.slice(1));
  return variables ? { ...match.groups, ...variables } : undefined;
}

const anyValue = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', '-', '*', '😀'), maxLength });

/** Segments of a destination with a good chance to match those of a pattern. */
const valuesArbitrary = (parts: readonly Part[]): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary:
        parts === DEEP
          ? fc.array(anyValue(2), { maxLength: 2 })
          : fc
              .tuple(...parts.map(({ ours, theirs }) => (ours === theirs ? fc.constant(ours) : anyValue(2))))
              .map((values) => [values.join('')]),
    },
    { weight: 1, arbitrary: anyValue(4).map((value) => [value]) },
  );

/** A pattern, and a destination with a good chance to match it. */
const caseArbitrary = (repeatsNothing?: boolean) =>
  patternArbitrary(repeatsNothing).chain((unnamed) =>
    fc
      .record({
        values: fc.tuple(...unnamed.segments.map(valuesArbitrary)).map((values) => values.flat()),
        beginsOtherwise: seldom,
        endsOtherwise: seldom,
        separator: fc.constantFrom('/' as const, '.' as const),
      })
      .map(({ values, beginsOtherwise, endsOtherwise, separator }) => {
        const pattern = nameVariables(unnamed, 'v');
        const begin = pattern.leading === beginsOtherwise ? '' : separator;
        const end = pattern.trailing === endsOtherwise ? '' : separator;
        return {
          pattern,
          separator,
          source: render(pattern, separator),
          renamed: render(nameVariables(unnamed, 'name'), separator),
          destination: begin + values.join(separator) + end,
        };
      }),
  );

describe('A destination pattern', () => {
  it('agrees with an oracle that backtracks on what matches and on the variables', () => {
    let matches = 0;
    fc.assert(
      fc.property(caseArbitrary(), ({ pattern, source, destination, separator }) => {
        const expected = oracle(pattern, destination, separator);
        const compiled = DestinationPattern.compile(source, { separator, collapseSeparators: true });
        const variables = compiled.match(destination);
        expect(variables && Object.fromEntries(variables)).toEqual(expected);
        expect(compiled.matches(destination)).toBe(expected !== undefined);
        if (expected !== undefined) matches++;
      }),
      RUNS,
    );
    // Guards the test itself: it has to meet both outcomes often.
    expect(matches).toBeGreaterThan(RUNS.numRuns / 5);
    expect(matches).toBeLessThan((RUNS.numRuns * 4) / 5);
  });

  it('agrees with it on what matches, even if a repeated group may match nothing', () => {
    fc.assert(
      fc.property(caseArbitrary(true), ({ pattern, source, destination, separator }) => {
        const compiled = DestinationPattern.compile(source, { separator, collapseSeparators: true });
        expect(compiled.matches(destination)).toBe(oracle(pattern, destination, separator) !== undefined);
      }),
      RUNS,
    );
  });

  it('[RT-22] has a signature that does not depend on the names of its variables, and nor do its matches', () => {
    fc.assert(
      fc.property(caseArbitrary(), ({ source, renamed, destination, separator }) => {
        const [one, other] = [source, renamed].map((text) => DestinationPattern.compile(text, { separator }));
        expect(one.signature).toBe(other.signature);
        expect(one.matches(destination)).toBe(other.matches(destination));
        expect([...(one.match(destination)?.values() ?? [])]).toEqual([
          ...(other.match(destination)?.values() ?? []),
        ]);
      }),
      fuzzRuns(20_261_124, 500),
    );
  });

  it('never throws anything but its own error, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('/{}:*?[]()\\|+-,^.1an$')) });
    fc.assert(
      fc.property(text, text, (source, destination) => {
        let pattern;
        try {
          pattern = DestinationPattern.compile(source);
        } catch (error) {
          expect(error).toMatchObject({ name: 'DestinationPatternError', pattern: source });
          return;
        }
        expect(pattern.matches(destination)).toBe(pattern.match(destination) !== undefined);
        expect(pattern.isPattern || pattern.matches(source)).toBe(true);
      }),
      RUNS,
    );
  });
});
