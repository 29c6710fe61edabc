import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterAddresses } from '../../src/broker/cluster/cluster-address.js';
import { DestinationPattern } from '../../src/messaging/destination/destination-pattern.js';
import { addressMatches, isAddress } from '../support/address-matches.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_201, 3000);

const separators = fc.constantFrom<'/' | '.'>('/', '.');
const LONG = 'x'.repeat(170);
const plain = ['a', 'b', 'ab', '', '', 'A-_9', 'ä', '😀', '=', '=e', '=l', '>', '\ud800', ' ', LONG];
const wild = ['*', '*', '**', '**', '?', 'a?', '*b', 'a*b', '{x}', '{x:a|b}', 'a{x:.*}', '{', '***', 'a**'];

const joined = (segments: readonly string[], maxLength: number): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...segments), { maxLength });

/** What a client may write, matching or not. */
const names = fc.tuple(separators, joined([...plain, ...wild], 7), joined(plain, 7));

/** A destination that the pattern has a fair chance to match: its segments, some of them made wild. */
const related = fc
  .tuple(
    separators,
    joined(plain, 6),
    fc.array(fc.tuple(fc.nat(6), fc.constantFrom(...wild)), { maxLength: 4 }),
  )
  .chain(([separator, segments, changes]) => {
    const pattern = [...segments];
    for (const [at, segment] of changes) pattern.splice(at, 1, segment);
    return fc.tuple(fc.constant(separator), fc.constant(pattern), fc.constant(segments));
  });

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '.', '..', '*', '>', '=', '==', '😀', '\ud800', 'x'.repeat(10_000), 'ä'.repeat(300)),
);

describe('the addresses of a cluster', () => {
  it('let every subscription hear what it matches, whatever the names', () => {
    let matched = 0;
    fc.assert(
      fc.property(fc.oneof(related, names), ([separator, asked, given]) => {
        const addresses = new ClusterAddresses('n', separator);
        const destination = given.join(separator);
        const source = asked.join(separator);
        let pattern: DestinationPattern;
        try {
          pattern = DestinationPattern.compile(source, { separator });
        } catch {
          return;
        }
        if (!pattern.matches(destination)) return;
        matched++;
        const published = addresses.ofDestination(destination);
        const subscribed = addresses.ofSubscription(source);
        expect({
          source,
          destination,
          isHeard: subscribed.some((each) => addressMatches(each, published)),
        }).toEqual({ source, destination, isHeard: true });
      }),
      RUNS,
    );
    // It would prove nothing if hardly any of them matched.
    expect(matched).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('keep to the words and the length that a bus can carry, whatever the names', () => {
    fc.assert(
      fc.property(anyText, anyText, names, (namespace, text, [separator, asked]) => {
        const addresses = new ClusterAddresses(namespace, separator);
        for (const one of [addresses.ofDestination(text), addresses.ofUser(text), addresses.ofNode(text)])
          expect([one, isAddress(one, false)]).toEqual([one, true]);
        expect(isAddress(addresses.everyone, false)).toBe(true);
        expect(isAddress(addresses.everyDestination, true)).toBe(true);
        for (const one of [
          ...addresses.ofSubscription(text),
          ...addresses.ofSubscription(asked.join(separator)),
        ])
          expect([one, isAddress(one, true)]).toEqual([one, true]);
      }),
      RUNS,
    );
  });

  it('give different users, nodes and namespaces different addresses', () => {
    const wellFormed = anyText.map((text) => Buffer.from(text).toString());
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (one, two, three) => {
        fc.pre(one !== two);
        const addresses = new ClusterAddresses(three, '/');
        const other = new ClusterAddresses(one, '/');
        const another = new ClusterAddresses(two, '/');
        expect(addresses.ofUser(one)).not.toBe(addresses.ofUser(two));
        expect(addresses.ofNode(one)).not.toBe(addresses.ofNode(two));
        expect(other.everyone).not.toBe(another.everyone);
        expect(addressMatches(other.everyDestination, another.ofDestination(three))).toBe(false);
        expect(other.ofUser(three)).not.toBe(another.ofUser(three));
      }),
      RUNS,
    );
  });

  it('give different destinations one address only for separators that may make no difference, or when they are long', () => {
    const significant = (segments: readonly string[]): string =>
      segments.filter((text) => text !== '').join('/');
    const short = fc.tuple(
      joined(
        plain.filter((text) => text !== LONG),
        5,
      ),
      joined(
        plain.filter((text) => text !== LONG),
        5,
      ),
    );
    fc.assert(
      fc.property(short, ([one, two]) => {
        const addresses = new ClusterAddresses('n', '/');
        const isSame = addresses.ofDestination(one.join('/')) === addresses.ofDestination(two.join('/'));
        expect(isSame).toBe(significant(one) === significant(two));
      }),
      RUNS,
    );
  });
});
