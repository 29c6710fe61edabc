import ts from 'typescript';
import type { ClauseGroup } from '../conformance/clauses.js';

/** The names of all clauses of some groups: `A1`, `A2` … */
export function clausesOf(groups: readonly ClauseGroup[]): string[] {
  return groups.flatMap(({ letter, first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`),
  );
}

const NOT_RUN = /^(x(it|test|describe)\b|(it|test|describe)\.(skip|todo)\b)/;

/**
 * The clauses that the tests of a file name. Any string counts, because the rows of `it.each` are part of titles; comments
 * do not, nor tests that are skipped.
 */
export function clauseTagsIn(text: string): string[] {
  const tags: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && NOT_RUN.test(node.expression.getText())) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      for (const [, tag = ''] of node.text.matchAll(/\[([AD]\d+)\]/g)) tags.push(tag);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('spec.ts', text, ts.ScriptTarget.ES2022, true));
  return tags;
}
