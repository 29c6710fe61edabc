const CLIENT_COMMANDS = [
  'CONNECT',
  'STOMP',
  'SEND',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'ACK',
  'NACK',
  'BEGIN',
  'COMMIT',
  'ABORT',
  'DISCONNECT',
] as const;

const SERVER_COMMANDS = ['CONNECTED', 'MESSAGE', 'RECEIPT', 'ERROR'] as const;

/**
 * A command that only a client sends (STOMP 1.2, Augmented BNF, `client-command`).
 *
 * @publicApi
 */
export type ClientCommand = (typeof CLIENT_COMMANDS)[number];

/**
 * A command that only a server sends (STOMP 1.2, Augmented BNF, `server-command`).
 *
 * @publicApi
 */
export type ServerCommand = (typeof SERVER_COMMANDS)[number];

/**
 * Any command of STOMP 1.0, 1.1 or 1.2.
 *
 * @publicApi
 */
export type StompCommand = ClientCommand | ServerCommand;

// Sets, not plain objects: `constructor` is not a command.
const KNOWN_TO_CLIENTS: ReadonlySet<string> = new Set(CLIENT_COMMANDS);
const KNOWN: ReadonlySet<string> = new Set([...CLIENT_COMMANDS, ...SERVER_COMMANDS]);

/**
 * Whether `text` is a STOMP command, compared octet by octet: commands are case sensitive.
 *
 * @publicApi
 */
export function isStompCommand(text: string): text is StompCommand {
  return KNOWN.has(text);
}

/**
 * Whether `command` is one that a client may send.
 *
 * @publicApi
 */
export function isClientCommand(command: string): command is ClientCommand {
  return KNOWN_TO_CLIENTS.has(command);
}

/**
 * Whether a frame of this command may have a body (STOMP 1.2, Body: SEND, MESSAGE and ERROR only).
 *
 * @publicApi
 */
export function allowsBody(command: StompCommand): boolean {
  return command === 'SEND' || command === 'MESSAGE' || command === 'ERROR';
}

/** Whether a frame of this command opens a session: it comes before any version is agreed. */
export function opensSession(command: string): boolean {
  return command === 'CONNECT' || command === 'STOMP';
}

/**
 * Whether the headers of this command are written as they are, without escapes.
 *
 * STOMP 1.2, Value Encoding, exempts CONNECT and CONNECTED so that they stay readable for 1.0. STOMP is to be
 * handled like CONNECT.
 */
export function hasRawHeaders(command: StompCommand): boolean {
  return command === 'CONNECTED' || opensSession(command);
}
