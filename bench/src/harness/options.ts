import { parseArgs } from 'node:util';

/** What the command line says. */
export interface BenchOptions {
  readonly scenarios: readonly string[] | undefined;
  readonly servers: readonly string[] | undefined;
  readonly rounds: number | undefined;
  readonly mode: 'full' | 'quick' | 'smoke';
  readonly matrix: 'cross' | 'product';
  readonly out: string | undefined;
}

/** The line that explains the options. */
export const USAGE =
  'npm run bench -- [--scenario a,b] [--servers a,b] [--rounds 3] [--quick] [--smoke] [--matrix product] [--out file.json]';

/** @throws Error for an option that there is not, or a value that it cannot have */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string' },
      servers: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      matrix: { type: 'string', default: 'cross' },
      out: { type: 'string' },
    },
  });
  const { matrix } = values;
  if (matrix !== 'cross' && matrix !== 'product') {
    throw new Error(`--matrix is ${matrix}. Give it cross or product.\n${USAGE}`);
  }
  return {
    scenarios: values.scenario?.split(','),
    servers: values.servers?.split(','),
    rounds: values.rounds === undefined ? undefined : wholeNumber('--rounds', values.rounds),
    mode: values.smoke ? 'smoke' : values.quick ? 'quick' : 'full',
    matrix,
    out: values.out,
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is ${text}. Give it a whole number from 1 on.\n${USAGE}`);
}
