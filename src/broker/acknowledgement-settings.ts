/** How much a subscription that acknowledges may be sent, and a session may owe, before the broker stops. */
export interface AcknowledgementSettings {
  /** Messages that a subscription is sent before it has acknowledged one of them; a client may ask for fewer. */
  readonly prefetch: number;
  /** Messages kept for one session, those sent and not acknowledged and those held back together. */
  readonly unacknowledgedLimit: number;
  /** Bytes of their bodies and headers. */
  readonly unacknowledgedBytesLimit: number;
  /** How often a message is sent to somebody who refuses it. */
  readonly maxDeliveries: number;
  /** How long a message may be pending before it is sent again, in milliseconds; 0 is for ever. */
  readonly ackTimeoutMs: number;
  /** Where messages go that were sent too often; without it they are dropped. */
  readonly deadLetterDestination?: string | undefined;
}

/** What holds unless an option says otherwise; the reasons stand beside the options. */
export const DEFAULT_ACKNOWLEDGEMENT_SETTINGS: AcknowledgementSettings = {
  prefetch: 1000,
  unacknowledgedLimit: 10_000,
  unacknowledgedBytesLimit: 8 * 1024 * 1024,
  maxDeliveries: 5,
  ackTimeoutMs: 0,
};
