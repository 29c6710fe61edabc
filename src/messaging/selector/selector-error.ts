import { quoteForMessage } from '../quoted-text.js';

/** Stable codes of the errors of selectors. Each has a row in `docs/errors.md`. */
export type SelectorErrorCode =
  /** The text is no selector. */
  | 'STOMP_ERR_SELECTOR_SYNTAX'
  /** It is one, but costs more than is allowed. */
  | 'STOMP_ERR_SELECTOR_LIMIT';

/** What is wrong with a selector and what its author can do about it, without the full stops. */
export interface SelectorProblem {
  readonly code: SelectorErrorCode;
  /** Where in the text, counted from 1 as a person does. */
  readonly position: number;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * A selector that cannot be used. Thrown when a client subscribes, never when a message is tested.
 *
 * The text is shown to the client that sent the selector: it quotes at most 20 characters of it, and nothing that
 * could break a line.
 */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
  readonly code: SelectorErrorCode;
  /** Where in the selector, counted from 1. */
  readonly position: number;

  constructor({ code, position, problem, remedy }: SelectorProblem) {
    super(`Selector, character ${position}: ${problem}. ${remedy}.`);
    this.code = code;
    this.position = position;
  }
}

const MAX_QUOTED_LENGTH = 20;

/** A piece of a selector, fit for the message of an error. */
export function quoteSelectorText(text: string): string {
  return quoteForMessage(text.slice(0, MAX_QUOTED_LENGTH));
}
