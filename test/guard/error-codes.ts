import ts from 'typescript';

/** Every error code that source text holds as a string, comments left out; one that is pieced together is an error. */
export function codesInSource(text: string): string[] {
  const codes: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && /^STOMP_ERR_[A-Z0-9_]+$/.test(node.text)) codes.push(node.text);
    if (ts.isTemplateHead(node) && node.text.startsWith('STOMP_ERR_')) {
      throw new Error(`Write an error code as one string, not as a template: ${node.parent.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022, true));
  return codes;
}

/** Every error code that a document names, in a heading, a table or a sentence. */
export function codesInDocument(text: string): string[] {
  return text.match(/\bSTOMP_ERR_[A-Z0-9_]+\b/g) ?? [];
}

/** Every code of `STOMP_CLOSE_…` that source text or a document names. */
export function closeCodesIn(text: string): string[] {
  return text.match(/\bSTOMP_CLOSE_[A-Z0-9_]+\b/g) ?? [];
}
