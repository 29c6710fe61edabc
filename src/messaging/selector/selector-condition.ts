import { firstNativeHeader, type Message } from '../message.js';
import { selectorNumber } from './selector-number.js';

/** Whether something holds; `undefined` is SQL's "unknown". */
export type Truth = boolean | undefined;

/** A part of a selector that holds for a message or not. */
export type SelectorCondition = (message: Message) => Truth;

/** What a header or a literal is; `null` is a header that the message does not have. */
export type SelectorValue = string | number | boolean | null;

/** A part of a selector that has a value. */
export type SelectorOperand = (message: Message) => SelectorValue;

/** How two values are compared; `==` and `!=` are other spellings of the first two. */
export type SelectorComparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

const HOLDS: Readonly<Record<SelectorComparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A value that is written in the selector. */
export function literal(value: SelectorValue): SelectorOperand {
  return () => value;
}

/**
 * The first value of a STOMP header. Destination and content type are those of the message, which is what the
 * subscriber is sent. Headers that are not STOMP headers do not exist here: what the server knows of a sender, a
 * stranger could ask for bit by bit.
 */
export function header(name: string): SelectorOperand {
  switch (name) {
    case 'destination':
      return ({ headers }) => headers.simpOrigDestination ?? headers.simpDestination ?? null;
    case 'content-type':
      return ({ headers }) => headers.contentType ?? null;
    default:
      return (message) => firstNativeHeader(message, name) ?? null;
  }
}

/** Holds if all of them do; one that does not decides, whatever is unknown. */
export function allOf(conditions: readonly SelectorCondition[]): SelectorCondition {
  return junction(conditions, false);
}

/** Holds if one of them does, whatever is unknown. */
export function anyOf(conditions: readonly SelectorCondition[]): SelectorCondition {
  return junction(conditions, true);
}

/** What is unknown stays unknown. */
export function negationOf(condition: SelectorCondition): SelectorCondition {
  return (message) => {
    const truth = condition(message);
    return truth === undefined ? undefined : !truth;
  };
}

/** The only condition that is never unknown. */
export function isNull(operand: SelectorOperand): SelectorCondition {
  return (message) => operand(message) === null;
}

/** Unknown if the two have nothing in common to be compared by, so above all if one of them is `null`. */
export function comparison(
  left: SelectorOperand,
  how: SelectorComparison,
  right: SelectorOperand,
): SelectorCondition {
  const holds = HOLDS[how];
  return (message) => {
    const order = orderOf(left(message), right(message));
    return order === undefined ? undefined : holds(order);
  };
}

function junction(conditions: readonly SelectorCondition[], decisive: boolean): SelectorCondition {
  return (message) => {
    let truth: Truth = !decisive;
    for (const condition of conditions) {
      const one = condition(message);
      if (one === decisive) return decisive;
      if (one === undefined) truth = undefined;
    }
    return truth;
  };
}

/** Texts by their code units, numbers by size, `false` before `true`. */
function orderOf(left: SelectorValue, right: SelectorValue): number | undefined {
  const one = convert(left, right);
  const other = convert(right, left);
  if (one === null || other === null || typeof one !== typeof other) return undefined;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A header is a text; what it is compared with tells what the text should be. */
function convert(value: SelectorValue, partner: SelectorValue): SelectorValue {
  if (typeof value !== 'string') return value;
  if (typeof partner === 'number') return selectorNumber(value);
  if (typeof partner !== 'boolean') return value;
  return value === 'true' || (value === 'false' ? false : null);
}
