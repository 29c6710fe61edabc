import type { MessagingLogger } from '../../src/messaging/messaging-logger.js';

/** Keeps the log lines of the rooms below Nest. */
export class RecordedLog implements MessagingLogger {
  readonly lines: string[] = [];

  debug(text: string): void {
    this.lines.push(`debug ${text}`);
  }

  log(text: string): void {
    this.lines.push(`log ${text}`);
  }

  warn(text: string): void {
    this.lines.push(`warn ${text}`);
  }

  error(text: string): void {
    this.lines.push(`error ${text}`);
  }
}
