import 'reflect-metadata';
import {
  createParamDecorator,
  type ExecutionContext,
  type ParameterDecoratorOptions,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { MessageBody } from '@nestjs/websockets';
import type { Message } from '../messaging/message.js';
import { MessageRejectedError } from '../messaging/messaging-error.js';
import { OPTIONAL_PAYLOAD_METADATA } from './annotation.constants.js';
import { requireVariable } from './required-variables.js';

type Pipe = Type<PipeTransform> | PipeTransform;

/**
 * How `@Payload` reads the body.
 *
 * @publicApi
 */
export interface PayloadOptions {
  /** Whether an empty body is an error; if not, the parameter is `undefined`. @default true */
  readonly required?: boolean;
  /**
   * A Standard Schema (zod, valibot, arktype …), for Nest's `StandardSchemaValidationPipe`. As everywhere in Nest it is the
   * pipe that validates: give it to the application, the class, the method or this decorator.
   */
  readonly schema?: ParameterDecoratorOptions['schema'];
}

/**
 * The body, converted to the type of the parameter: text for `string`, the bytes for `Buffer` and `Uint8Array`,
 * JSON for everything else. Pipes see it as they see an HTTP body, so that `ValidationPipe` validates it.
 *
 * @publicApi
 */
export function Payload(...optionsOrPipes: (PayloadOptions | Pipe)[]): ParameterDecorator {
  const pipes = optionsOrPipes.filter(isPipe);
  const options = optionsOrPipes.find((value): value is PayloadOptions => !isPipe(value));
  return (target, method, index) => {
    if (options?.required === false && method !== undefined) {
      Reflect.defineMetadata(OPTIONAL_PAYLOAD_METADATA, true, target.constructor, method);
    }
    MessageBody({ pipes, schema: options?.schema })(target, method, index);
  };
}

/**
 * How `@Header` reads a header.
 *
 * @publicApi
 */
export interface HeaderOptions {
  /** Whether a missing header is an error; if not, the parameter is `undefined`. @default true */
  readonly required?: boolean;
  /** Taken when the header is missing or empty; makes the header optional. */
  readonly defaultValue?: string;
}

/**
 * How `@DestinationVariable` reads a variable of the mapping.
 *
 * @publicApi
 */
export interface DestinationVariableOptions {
  /**
   * Whether it is an error that the destination has no such variable; if not, the parameter is `undefined`. For handlers
   * of several mappings that do not all have it.
   *
   * @default true
   */
  readonly required?: boolean;
  /** Taken when the variable is missing or empty; makes it optional. */
  readonly defaultValue?: string;
}

/** Something that a message has by name, and what to do when it has not. */
interface NamedValue {
  readonly name: string;
  readonly required?: boolean;
  readonly defaultValue?: string;
}

const headerParameter = createParamDecorator((header: NamedValue, context: ExecutionContext) =>
  valueOrDefault(headerOf(messageOf(context), header.name), header, `Missing header ${header.name}`),
);

/**
 * One header: an internal one of the message (`simpSessionId`, `contentType` …) or else the first value of a
 * STOMP header. A name that starts with `nativeHeaders.` is always a STOMP header.
 *
 * `@nestjs/common` has a `@Header` of its own, which sets an HTTP response header: mind the import.
 *
 * @publicApi
 */
export function Header(name: string, ...optionsOrPipes: (HeaderOptions | Pipe)[]): ParameterDecorator {
  const options = optionsOrPipes.find((value): value is HeaderOptions => !isPipe(value));
  return headerParameter({ ...options, name }, ...optionsOrPipes.filter(isPipe));
}

/**
 * All headers of the message; what the client wrote is in `nativeHeaders`.
 *
 * `@nestjs/common` has a `@Headers` of its own, for HTTP requests: mind the import.
 *
 * @publicApi
 */
export const Headers: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => messageOf(context).headers,
);

const destinationVariable = createParamDecorator((variable: NamedValue, context: ExecutionContext) => {
  const variables = messageOf(context).headers.destinationVariables as
    ReadonlyMap<string, string> | undefined;
  const { name } = variable;
  return valueOrDefault(variables?.get(name), variable, `The destination has no variable ${name}`);
});

/**
 * A variable of the mapping: `{room}` of `@MessageMapping('/chat/{room}')` is `@DestinationVariable('room')`. One that is
 * required and that no mapping of the method has fails the boot.
 *
 * @publicApi
 */
export function DestinationVariable(
  name: string,
  ...optionsOrPipes: (DestinationVariableOptions | Pipe)[]
): ParameterDecorator {
  const options = optionsOrPipes.find((value): value is DestinationVariableOptions => !isPipe(value));
  const decorate = destinationVariable({ ...options, name }, ...optionsOrPipes.filter(isPipe));
  return (target, method, index) => {
    if (method !== undefined && options?.required !== false && options?.defaultValue === undefined) {
      requireVariable(target, method, name);
    }
    decorate(target, method, index);
  };
}

/**
 * The session's user; `null` while it is anonymous.
 *
 * @publicApi
 */
export const Principal: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => messageOf(context).headers.simpUser ?? null,
);

/**
 * The whole message, its payload as bytes.
 *
 * @publicApi
 */
export const StompMessage: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => messageOf(context),
);

/** Handlers are called with (session, payload, message): see `HandlerContextCreator`. */
function messageOf(context: ExecutionContext): Message<Uint8Array> {
  return context.getArgByIndex<Message<Uint8Array>>(2);
}

const NATIVE = 'nativeHeaders.';

function headerOf({ headers }: Message, name: string): unknown {
  if (name.startsWith(NATIVE)) return headers.nativeHeaders.get(name.slice(NATIVE.length))?.[0];
  return Object.hasOwn(headers, name) && headers[name] !== undefined
    ? headers[name]
    : headers.nativeHeaders.get(name)?.[0];
}

/** @throws MessageRejectedError with the text, when something required is missing */
function valueOrDefault(value: unknown, { required, defaultValue }: NamedValue, missing: string): unknown {
  if (value !== undefined && (value !== '' || defaultValue === undefined)) return value;
  if (defaultValue !== undefined) return defaultValue;
  if (required === false) return undefined;
  throw new MessageRejectedError(missing);
}

function isPipe(value: object): value is Pipe {
  return typeof value === 'function' || typeof (value as { transform?: unknown }).transform === 'function';
}
