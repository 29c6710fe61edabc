/**
 * What the bus asks of a client of the package redis. Majors 5 and 6 both are such; their own type of a client depends on which
 * modules and which version of the protocol it was made with.
 */
export interface RedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  sendCommand(args: readonly (string | Buffer)[]): Promise<unknown>;
  subscribe(channels: string[], listener: RedisMessageListener, bufferMode: true): Promise<void>;
  unsubscribe(channels: string[], listener: RedisMessageListener, bufferMode: true): Promise<void>;
  pSubscribe(patterns: string[], listener: RedisMessageListener, bufferMode: true): Promise<void>;
  pUnsubscribe(patterns: string[], listener: RedisMessageListener, bufferMode: true): Promise<void>;
}

/** Hears of messages as octets. */
export type RedisMessageListener = (message: Buffer, channel: Buffer) => void;
