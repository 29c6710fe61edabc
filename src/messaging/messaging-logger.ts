/**
 * Where the rooms below Nest write their log lines. Nest's `Logger` fits.
 */
export interface MessagingLogger {
  debug(text: string): void;
  log(text: string): void;
  warn(text: string): void;
  error(text: string, stack?: string): void;
}
