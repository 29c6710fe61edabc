import { describe, expect, it } from '@jest/globals';
import { CompositeMessageConverter } from '../../../src/messaging/composite-message-converter.js';
import { UserFailureReporter } from '../../../src/user/user-failure-reporter.js';
import { MessageFlow } from '../../support/message-flow.js';

describe('UserFailureReporter', () => {
  it('has told nobody when a converter of the application cannot write the report, and says so in the log', () => {
    const flow = new MessageFlow();
    const { session } = flow.connect();
    const picky = {
      fromMessage: () => undefined,
      toMessage: () => {
        throw new TypeError('not my type');
      },
    };
    const reporter = new UserFailureReporter(
      flow.brokerChannel,
      new CompositeMessageConverter([picky]),
      '/user/',
      '/queue/errors',
      flow.log,
    );
    const report = { code: 'STOMP_ERR_REJECTED', message: 'No', command: 'SEND' } as const;
    expect(reporter.report(session, report)).toBe(false);
    expect(flow.log.lines).toEqual([
      `error Session ${session.id} was not told of a failure. TypeError: not my type`,
    ]);
  });
});
