import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles TypeScript out of documents, so that what they say is what is tested. */
export class DocumentCode {
  // Inside the repository, so that it is compiled and finds its packages as a file of an application would.
  readonly #folder = mkdtempSync(join(import.meta.dirname, '..', 'integration', 'document-'));

  constructor(private readonly document: string) {}

  /** Writes the first TypeScript block under a heading to a file, and gives its path. */
  fileOf(heading: string): string {
    const [, section] = readFileSync(this.document, 'utf8').split(`\n## ${heading}\n`);
    const [, code] = /```ts\n([\s\S]*?)```/.exec(section ?? '') ?? [];
    if (code === undefined) throw new Error(`${this.document} has no code under ${heading}`);
    const file = join(this.#folder, `${heading.replaceAll(/\W/g, '-')}.ts`);
    writeFileSync(file, code);
    return file;
  }

  /** What the first TypeScript block under a heading exports. */
  async import<T>(heading: string): Promise<T> {
    return (await import(this.fileOf(heading))) as T;
  }

  /** For `afterAll`. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
