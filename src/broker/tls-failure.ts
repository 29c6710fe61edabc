/** Codes of TLS that another attempt will not mend. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_OSSL)|^EPROTO$/;

/** How deep a client library may have wrapped it. */
const MAX_CAUSES = 4;

/** Whether a connection was not made because both sides could not agree on TLS, or one does not trust the other. */
export function isTlsFailure(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof cause === 'object' && cause !== null; depth++) {
    if ('code' in cause && TLS_CODE.test(String(cause.code))) return true;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return false;
}
