/**
 * Why a message was refused, for the log: the cause of a `MessageRejectedError` when all went as it should and the
 * answer is no. The log has its text alone, because a stack would lead to nothing but this module.
 */
export class RefusalReason extends Error {
  override readonly name = 'RefusalReason';
}
