/** Whether a subscribed address means a published one, word by word, as `ClusterBus` says it. */
export function addressMatches(subscribed: string, published: string): boolean {
  const asked = subscribed.split('.');
  const given = published.split('.');
  const isSame = (word: string, index: number): boolean => word === '*' || word === given[index];
  if (asked.at(-1) !== '>') return asked.length === given.length && asked.every(isSame);
  const before = asked.slice(0, -1);
  return given.length > before.length && before.every(isSame);
}

/** What `ClusterBus` says of an address: words of few characters, 512 in all; `*` and `>` only where something is subscribed. */
export function isAddress(address: string, isSubscribed: boolean): boolean {
  const words = address.split('.');
  const last = words.pop() ?? '';
  const isWord = (word: string): boolean => /^[\w=-]+$/.test(word) || (isSubscribed && word === '*');
  return address.length <= 512 && words.every(isWord) && (isWord(last) || (isSubscribed && last === '>'));
}
