/**
 * A header value is a slice of the frame's whole head, which would stay in memory as long as the slice does. What
 * lives as long as a subscription keeps a copy.
 */
export function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
