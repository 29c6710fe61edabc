import type { Message } from '../message.js';
import type { SelectorCondition } from './selector-condition.js';
import { parseSelector } from './selector-parser.js';

/**
 * Which messages a subscriber wants, by their STOMP headers: `type = 'order' AND amount > 100`, or as Spring's users
 * write it, `headers.type == 'order'`. The grammar is in `selector-parser.ts`, its meaning in `docs/selectors.md`.
 *
 * Nothing of it is ever run: it is read once, and what it can do to a message is compare its headers.
 */
export class Selector {
  /** Of its text, in characters. */
  readonly length: number;
  readonly #condition: SelectorCondition;

  /** @throws SelectorError if the text is no selector, or exceeds a limit */
  constructor(source: string) {
    this.#condition = parseSelector(source);
    this.length = source.length;
  }

  /** Whether it holds for the message. What is unknown, because a header is missing, does not. */
  matches(message: Message): boolean {
    return this.#condition(message) === true;
  }
}
