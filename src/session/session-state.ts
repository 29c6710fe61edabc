/**
 * Where a conversation is:
 *
 * - `awaiting-connect`: nothing but CONNECT or STOMP is understood
 * - `connecting`: CONNECT is with the application; frames behind it wait
 * - `connected`
 * - `ended`: an ERROR or a DISCONNECT has been dealt with; what still arrives is not looked at
 */
export type SessionState = 'awaiting-connect' | 'connecting' | 'connected' | 'ended';
