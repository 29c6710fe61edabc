/**
 * A copy of a text that shall live long. A header value is a slice of the frame's whole head, which would stay in
 * memory as long as the slice does.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
