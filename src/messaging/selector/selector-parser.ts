import {
  allOf,
  anyOf,
  comparison,
  header,
  isNull,
  literal,
  negationOf,
  type SelectorComparison,
  type SelectorCondition,
  type SelectorOperand,
  type SelectorValue,
} from './selector-condition.js';
import { quoteSelectorText, SelectorError } from './selector-error.js';
import { like } from './selector-like.js';
import { selectorNumber } from './selector-number.js';
import { type SelectorToken, selectorTokens } from './selector-tokens.js';

/*
 * The selector of JMS without arithmetic, in which headers may also be written as Spring's users do:
 *
 *   or        = and *( ( "OR" | "||" ) and )
 *   and       = condition *( ( "AND" | "&&" ) condition )
 *   condition = ( "NOT" | "!" ) condition | "(" or ")" | predicate
 *   predicate = operand compare operand
 *             | operand "IS" [ "NOT" ] "NULL"
 *             | operand [ "NOT" ] "IN" "(" operand *( "," operand ) ")"
 *             | operand [ "NOT" ] "BETWEEN" operand "AND" operand
 *             | operand [ "NOT" ] "LIKE" text
 *   compare   = "=" | "==" | "<>" | "!=" | "<" | "<=" | ">" | ">="
 *   operand   = text | number | "TRUE" | "FALSE" | "NULL" | header
 *   header    = name | "headers" "." name | "headers" "[" text "]"
 *   text      = "'" *( any character but "'" | "''" ) "'"
 *   name      = a letter, "_" or "$", then these, digits and "-"
 *
 * Keywords in upper or lower case. A header with the name of a keyword is written with `headers`.
 */

/** As the longest destination: written by a program, not by a person, but still a line. */
const MAX_LENGTH = 1024;
/** Each costs each message a look into its headers; BETWEEN is two, and each value of an IN is one. */
const MAX_COMPARISONS = 64;
/** NOTs and parentheses in each other. No person writes as many; each takes a place on the stack. */
const MAX_DEPTH = 32;

const COMPARISONS: ReadonlyMap<string, SelectorComparison> = new Map([
  ['=', '='],
  ['==', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);
const CONSTANTS: ReadonlyMap<string, SelectorValue> = new Map([
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
]);
const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'IS']);

/**
 * Reads a selector.
 *
 * @throws {SelectorError} if it is none, or exceeds a limit
 */
export function parseSelector(source: string): SelectorCondition {
  if (source.length > MAX_LENGTH) {
    throw new SelectorError({
      code: 'STOMP_ERR_SELECTOR_LIMIT',
      position: MAX_LENGTH + 1,
      problem: `more than ${MAX_LENGTH} characters`,
      remedy: 'Use a shorter selector',
    });
  }
  return new SelectorParser(selectorTokens(source)).parse();
}

class SelectorParser {
  #next = 0;
  #comparisons = 0;

  constructor(private readonly tokens: readonly SelectorToken[]) {}

  parse(): SelectorCondition {
    const condition = this.#or(0);
    if (this.#peek().kind === 'end') return condition;
    throw this.#unexpected('Join conditions with AND or OR');
  }

  #or(depth: number): SelectorCondition {
    const conditions = [this.#and(depth)];
    while (this.#accept('OR', '||')) conditions.push(this.#and(depth));
    return conditions.length === 1 ? conditions[0] : anyOf(conditions);
  }

  #and(depth: number): SelectorCondition {
    const conditions = [this.#condition(depth)];
    while (this.#accept('AND', '&&')) conditions.push(this.#condition(depth));
    return conditions.length === 1 ? conditions[0] : allOf(conditions);
  }

  #condition(depth: number): SelectorCondition {
    if (depth > MAX_DEPTH) throw this.#limit(`more than ${MAX_DEPTH} parentheses and NOTs in each other`);
    if (this.#accept('NOT', '!')) return negationOf(this.#condition(depth + 1));
    if (!this.#accept('(')) return this.#predicate();
    const condition = this.#or(depth + 1);
    this.#expect(')', 'Close the parenthesis, or join conditions with AND or OR');
    return condition;
  }

  #predicate(): SelectorCondition {
    const operand = this.#operand();
    const how = COMPARISONS.get(this.#peek().word);
    if (how !== undefined) {
      this.#next++;
      return this.#compare(operand, how, this.#operand());
    }
    if (this.#accept('IS')) return this.#null(operand);
    if (!this.#accept('NOT')) return this.#special(operand);
    return negationOf(this.#special(operand));
  }

  #null(operand: SelectorOperand): SelectorCondition {
    const negated = this.#accept('NOT');
    this.#expect('NULL', 'Write IS NULL or IS NOT NULL');
    this.#count();
    return negated ? negationOf(isNull(operand)) : isNull(operand);
  }

  #special(operand: SelectorOperand): SelectorCondition {
    if (this.#accept('IN')) return this.#in(operand);
    if (this.#accept('BETWEEN')) return this.#between(operand);
    if (this.#accept('LIKE')) {
      this.#count();
      return like(operand, this.#text("Write a pattern behind LIKE, such as 'a%'"));
    }
    throw this.#unexpected('Write a comparison such as = or <>, or IN, BETWEEN, LIKE, IS NULL');
  }

  #in(operand: SelectorOperand): SelectorCondition {
    this.#expect('(', "Write a list behind IN, such as ('a', 'b')");
    const conditions = [];
    do conditions.push(this.#compare(operand, '=', this.#operand()));
    while (this.#accept(','));
    this.#expect(')', 'Close the list, or put a comma between its values');
    return anyOf(conditions);
  }

  #between(operand: SelectorOperand): SelectorCondition {
    const notBelow = this.#compare(operand, '>=', this.#operand());
    this.#expect('AND', 'Write BETWEEN 1 AND 2');
    return allOf([notBelow, this.#compare(operand, '<=', this.#operand())]);
  }

  #compare(left: SelectorOperand, how: SelectorComparison, right: SelectorOperand): SelectorCondition {
    this.#count();
    return comparison(left, how, right);
  }

  #operand(): SelectorOperand {
    const { kind, raw, word } = this.#peek();
    if (kind === 'text') return literal(this.#text(''));
    if (kind === 'number') return literal(this.#number());
    if (kind !== 'name') {
      throw this.#unexpected("Write a header, a 'text', a number, TRUE, FALSE or NULL");
    }
    if (KEYWORDS.has(word)) {
      throw this.#unexpected(`Write a value; a header with this name is headers['${raw}']`);
    }
    this.#next++;
    const value = CONSTANTS.get(word);
    if (value !== undefined) return literal(value);
    return header(raw === 'headers' ? this.#headerName() : raw);
  }

  /** What stands behind `headers`. */
  #headerName(): string {
    const remedy = "Write headers.name or headers['name']";
    if (this.#accept('.')) {
      const { kind, raw } = this.#peek();
      if (kind !== 'name') throw this.#unexpected(remedy);
      this.#next++;
      return raw;
    }
    this.#expect('[', remedy);
    const name = this.#text(remedy);
    this.#expect(']', remedy);
    return name;
  }

  #text(remedy: string): string {
    const { kind, raw } = this.#peek();
    if (kind !== 'text') throw this.#unexpected(remedy);
    this.#next++;
    return raw.slice(1, -1).replaceAll("''", "'");
  }

  #number(): number {
    const { raw, position } = this.#peek();
    const number = selectorNumber(raw);
    if (number === null) {
      throw new SelectorError({
        code: 'STOMP_ERR_SELECTOR_SYNTAX',
        position,
        problem: 'a number is too large or too long',
        remedy: 'Write it with fewer digits',
      });
    }
    this.#next++;
    return number;
  }

  #count(): void {
    this.#comparisons++;
    if (this.#comparisons > MAX_COMPARISONS) throw this.#limit(`more than ${MAX_COMPARISONS} comparisons`);
  }

  #peek(): SelectorToken {
    return this.tokens[this.#next];
  }

  #accept(...words: readonly string[]): boolean {
    if (!words.includes(this.#peek().word)) return false;
    this.#next++;
    return true;
  }

  #expect(word: string, remedy: string): void {
    if (!this.#accept(word)) throw this.#unexpected(remedy);
  }

  #unexpected(remedy: string): SelectorError {
    const { kind, raw, position } = this.#peek();
    const problem = kind === 'end' ? 'it ends too early' : `${quoteSelectorText(raw)} has no meaning here`;
    return new SelectorError({ code: 'STOMP_ERR_SELECTOR_SYNTAX', position, problem, remedy });
  }

  #limit(problem: string): SelectorError {
    const { position } = this.#peek();
    return new SelectorError({
      code: 'STOMP_ERR_SELECTOR_LIMIT',
      position,
      problem,
      remedy: 'Use a simpler selector',
    });
  }
}
