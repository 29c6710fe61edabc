import { USAGE } from './options.js';

/** Those that an option of the command line names; all without it. @throws Error for a name that there is not */
export function chosen<T extends { readonly name: string }>(
  option: string,
  all: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  for (const name of names ?? []) {
    if (!all.some((one) => one.name === name)) {
      throw new Error(
        `${option} names ${name}. There are ${all.map((one) => one.name).join(', ')}.\n${USAGE}`,
      );
    }
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}
