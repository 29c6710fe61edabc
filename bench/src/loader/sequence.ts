const DIGITS = 8;
const ZERO = '0'.charCodeAt(0);
const FILLER = 'x';

/** A body of a size that begins with its number. */
export function numberedBody(sequence: number, bytes: number): string {
  return String(sequence).padStart(DIGITS, '0') + FILLER.repeat(Math.max(0, bytes - DIGITS));
}

/** JSON of about a size that ends with its number. */
export function numberedJson(sequence: number, bytes: number): string {
  const text = FILLER.repeat(Math.max(0, bytes - '{"text":"","id":"00000000"}'.length));
  return `{"text":"${text}","id":"${String(sequence).padStart(DIGITS, '0')}"}`;
}

/** The number that begins at a position. @throws Error when there are no digits */
export function sequenceAt(octets: Buffer, at: number): number {
  let sequence = 0;
  for (let i = at; i < at + DIGITS; i++) {
    const digit = (octets[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9)
      throw new Error(`No number in ${JSON.stringify(octets.toString('latin1', at - 80, at + 20))}`);
    sequence = sequence * 10 + digit;
  }
  return sequence;
}

/** The number at the end of {@link numberedJson}, which ends at a position. */
export function sequenceOfJson(octets: Buffer, end: number): number {
  return sequenceAt(octets, end - '"}'.length - DIGITS);
}
