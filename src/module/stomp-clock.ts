/** Injects the clock of sessions: their time-outs, heart-beats and ends. Tests put one in its place that they turn. */
export const STOMP_CLOCK = Symbol('STOMP_CLOCK');
