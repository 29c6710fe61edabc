import { readFileSync } from 'node:fs';

/** The TypeScript examples of a document, in their order. */
export function snippetsOf(document: string): string[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}
