import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, with a closing slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const IGNORED = new Set(['node_modules', 'dist']);

/** The text of every TypeScript file below a folder, by its path from the root; empty when there is no such folder. */
export function readSources(folder: string): Map<string, string> {
  const sources = new Map<string, string>();
  for (const path of filesBelow(folder)) {
    if (/\.[cm]?tsx?$/.test(path)) sources.set(path, readText(path));
  }
  return sources;
}

/** One file of the repository as text. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The names of the folders directly in a folder, empty ones left out: git does not know them. */
export function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && filesBelow(`${folder}/${entry.name}`).length > 0)
    .map((entry) => entry.name);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(path);
    return [path];
  });
}
