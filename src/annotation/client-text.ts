import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { isStompError } from '../messaging/messaging-error.js';

/** The client's mistake, or the application's answer to it, rather than a bug. */
export function isMeantForClient(error: unknown): error is Error {
  return isStompError(error) || error instanceof WsException || error instanceof HttpException;
}

/** What a client may read of an error, at most 500 characters of details. */
export function clientTextOf(error: unknown, otherwise: string): string {
  if (!isMeantForClient(error)) return otherwise;
  if (!(error instanceof HttpException)) return error.message;
  const response = error.getResponse();
  const details = typeof response === 'object' && 'message' in response ? response.message : undefined;
  return Array.isArray(details) ? details.join('; ').slice(0, 500) : error.message;
}
