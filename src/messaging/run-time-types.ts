import type { Message as MessageForm, MessageHeaders as MessageHeadersForm } from './message.js';
import type { Principal } from './principal.js';
import type { SimpSession as SimpSessionForm } from './simp-session.js';

/*
 * An interface is not there at run time, so the metadata of a parameter could not tell it from any other. Each of these
 * names is a type and a value, and the value is in the metadata. The interfaces themselves stay what they are: with a
 * class of their name they would be instances to compilers and linters, which then mind that they are spread.
 */

/** The value beside a type. Its identity is all that counts; nothing is an `instanceof` it. */
export type RunTimeType<T> = abstract new () => T;

/**
 * A payload with headers. As the type of a handler's parameter it asks for the message.
 *
 * @publicApi
 */
export type Message<T = unknown> = MessageForm<T>;
/** The value of that name, for the metadata of parameters. */
export const Message: RunTimeType<MessageForm> = runTimeType();

/**
 * Headers of a message inside the application. As the type of a handler's parameter it asks for them.
 *
 * @publicApi
 */
export type MessageHeaders = MessageHeadersForm;
/** The value of that name, for the metadata of parameters. */
export const MessageHeaders: RunTimeType<MessageHeadersForm> = runTimeType();

/**
 * One client's conversation. As the type of a handler's parameter it asks for the session.
 *
 * @publicApi
 */
export type SimpSession = SimpSessionForm;
/** The value of that name, for the metadata of parameters. */
export const SimpSession: RunTimeType<SimpSessionForm> = runTimeType();

/**
 * Who a session belongs to. As the type of a handler's parameter it asks for the user; `null` while the session is
 * anonymous.
 *
 * @publicApi
 */
export type StompPrincipal = Principal;
/** The value of that name, for the metadata of parameters. */
export const StompPrincipal: RunTimeType<Principal> = runTimeType();

function runTimeType<T>(): RunTimeType<T> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- a class is what metadata holds; this one has no other use
  return class {} as RunTimeType<unknown> as RunTimeType<T>;
}
