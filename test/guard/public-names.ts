import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { ROOT } from './repository.js';

/** Exported names with what each is good for: a value exists at run time, a type only for the compiler. */
export type PublicNames = Record<string, 'value' | 'type'>;

/** The text of a file by its absolute path, or undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/**
 * The names a door exports, in alphabetical order, whichever file of ours they come from. Throws when the door or
 * what it re-exports is missing, and for names of packages: a door re-exports our own files.
 */
export function publicNamesOf(door: string, read: ReadFile = ts.sys.readFile): PublicNames {
  const path = resolve(ROOT, door);
  const program = ts.createProgram({ rootNames: [path], options: OPTIONS, host: ownFilesOnly(read) });
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error(`${door} does not exist`);
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(source);
  const names = symbol === undefined ? [] : checker.getExportsOfModule(symbol);
  return Object.fromEntries(
    names
      .map((name): [string, 'value' | 'type'] => [name.name, kindOf(name, checker, door)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The names of exported declarations whose doc comment promises them to users with `@publicApi`. */
export function markedNamesOf(text: string): string[] {
  const source = ts.createSourceFile('marked.ts', text, ts.ScriptTarget.ES2022, true);
  return source.statements.filter(isPromised).flatMap((statement) => {
    const declarations = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : [statement as ts.DeclarationStatement];
    return declarations.map(({ name }) => name?.getText() ?? 'default');
  });
}

function isPromised(statement: ts.Statement): boolean {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  return isExported && ts.getJSDocTags(statement).some(({ tagName }) => tagName.text === 'publicApi');
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  noLib: true,
  types: [],
};

/** Names need neither packages nor the standard library, and without them a program is made in no time. */
function ownFilesOnly(read: ReadFile): ts.CompilerHost {
  return {
    ...ts.createCompilerHost(OPTIONS),
    getSourceFile: (path, options) => {
      const text = read(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, options);
    },
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => {
        if (!text.startsWith('.')) return { resolvedModule: undefined };
        const resolvedFileName = resolve(dirname(importer), text.replace(/\.js$/, '.ts'));
        return { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts } };
      }),
  };
}

function kindOf(symbol: ts.Symbol, checker: ts.TypeChecker, door: string): 'value' | 'type' {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (checker.isUnknownSymbol(target))
    throw new Error(`${door} exports ${symbol.name}, but no file of ours has it`);
  const typeOnly = symbol.declarations?.some((declaration) => ts.isTypeOnlyExportDeclaration(declaration));
  return typeOnly !== true && target.flags & ts.SymbolFlags.Value ? 'value' : 'type';
}
