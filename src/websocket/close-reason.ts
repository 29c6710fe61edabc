/** A close reason has to fit a control frame: 123 octets (RFC 6455, section 5.5). What is longer is cut. */
export function closeReason(text: string): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(123)).read);
}
