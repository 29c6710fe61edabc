/**
 * An option of `StompModule` is wrong, or the module is wired wrongly. The boot fails; the message says what to
 * do.
 *
 * @publicApi
 */
export class StompConfigurationError extends Error {
  override readonly name = 'StompConfigurationError';
  readonly code = 'STOMP_ERR_CONFIGURATION';
}
