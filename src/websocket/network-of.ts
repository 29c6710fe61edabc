/**
 * What counts as one address. One host of IPv6 has a whole /64 to choose from, so that is what is counted; IPv4 inside
 * IPv6 is IPv4.
 *
 * @param address as Node writes it
 */
export function networkOf(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  if (!address.includes(':')) return address;
  const [groups = ''] = address.split('%');
  const [left, right] = groups.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - left.length - (right?.length ?? 0) }, () => '0');
  const all = right === undefined ? left : [...left, ...zeros, ...right];
  return `${all.slice(0, 4).join(':')}::/64`;
}
