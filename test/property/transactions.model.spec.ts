import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { MessageFlow, type FlowClient } from '../support/message-flow.js';

const RUNS = fuzzRuns(20_261_127, 200);
const IDS = ['a', 'b', 'c'];

type Step =
  | { readonly kind: 'begin' | 'commit' | 'abort'; readonly id: string; readonly client: number }
  | { readonly kind: 'send'; readonly id: string | undefined; readonly client: number };

const client = fc.nat(1);
const id = fc.constantFrom(...IDS);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('begin', 'commit', 'abort'), id, client }),
    fc.record({ kind: fc.constant('send' as const), id: fc.option(id, { nil: undefined }), client }),
    fc.record({ kind: fc.constant('send' as const), id: fc.option(id, { nil: undefined }), client }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 80 },
);

/** What a client says in a step; nothing when that would be its last word. */
function frameOf(step: Step, open: ReadonlySet<string>, body: string): string {
  const { kind, id: name } = step;
  if (kind === 'begin') return open.has(name) ? '' : `BEGIN\ntransaction:${name}\n\n\0`;
  if (kind !== 'send') return open.has(name) ? `${kind.toUpperCase()}\ntransaction:${name}\n\n\0` : '';
  const header = name !== undefined && open.has(name) ? `transaction:${name}\n` : '';
  return `SEND\ndestination:/topic/a\n${header}\n${body}\0`;
}

describe('Transactions', () => {
  it('have the effects that a list for each would have, in order [A158] [A159] [A163] [A168]', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const flow = new MessageFlow();
        const seen = flow.connect();
        seen.say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
        const clients: readonly FlowClient[] = [flow.connect(), flow.connect()];
        const waiting = clients.map(() => new Map<string, string[]>());
        const expected: string[] = [];
        for (const [index, step] of sequence.entries()) {
          const mine = waiting[step.client];
          const body = `m${index}`;
          const frame = frameOf(step, new Set(mine.keys()), body);
          if (frame === '') continue;
          clients[step.client].say(frame);
          const list = step.id === undefined ? undefined : mine.get(step.id);
          if (step.kind === 'send') (list ?? expected).push(body);
          else if (step.kind === 'begin') mine.set(step.id, []);
          else {
            mine.delete(step.id);
            if (step.kind === 'commit') expected.push(...(list ?? []));
          }
        }
        const bodies = seen.transport.take().map((frame) => frame.slice(frame.indexOf('\n\n') + 2, -1));
        expect(bodies).toEqual(expected);
      }),
      RUNS,
    );
  });
});
