import { describe, expect, it } from '@jest/globals';
import { isAnswer, refused, refusedAtTheDoor } from '../../../src/redis/redis-bus-errors.js';

const NAME = 'Redis at here:6379';

describe('what Redis answers to a command', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    'MASTERDOWN Link with MASTER is down',
    'CLUSTERDOWN The cluster is down',
    'BUSY Redis is busy running a script.',
  ])('is a loss when it passes: %s', (answer) => {
    const error = refused(NAME, 'PUBLISH', 'app.d.one', new Error(answer));
    expect(error.code).toBe('STOMP_CLUSTER_LOST');
    expect(error.message).toBe(
      `The connection to ${NAME} is lost: it answers PUBLISH with ${answer.replace(/\.$/, '')}.`,
    );
  });

  it('is a refusal that names the missing right', () => {
    const error = refused(NAME, 'PUBLISH', 'app.d.one', new Error('NOPERM no permissions'));
    expect(error.code).toBe('STOMP_CLUSTER_REFUSED');
    expect(error.message).toContain(
      `${NAME} refuses PUBLISH app.d.one: NOPERM no permissions. Its user needs the rules &app.* +hello`,
    );
  });

  it('is a refusal that asks for no right when none is missing', () => {
    const error = refused(NAME, 'PSUBSCRIBE', 'app.>', new Error("ERR unknown command 'PSUBSCRIBE'"));
    expect(error.code).toBe('STOMP_CLUSTER_REFUSED');
    expect(error.message).toBe(
      `${NAME} refuses PSUBSCRIBE: ERR unknown command 'PSUBSCRIBE'. Its configuration or its state is the reason, not ours.`,
    );
  });
});

describe('what Redis answers at the door', () => {
  it.each([
    ['NOPERM this user may not run hello', 'Its user needs the rules +hello'],
    ['WRONGPASS invalid username-password pair', 'Correct user and password in the option url'],
    ['DENIED Redis is running in protected mode', 'Its configuration or its state is the reason, not ours.'],
  ])('is a refusal with a remedy: %s', (answer, remedy) => {
    const error = refusedAtTheDoor(NAME, new Error(answer));
    expect(error.code).toBe('STOMP_CLUSTER_REFUSED');
    expect(error.message).toContain(`${NAME} does not let this node in: ${answer}. ${remedy}`);
  });

  it('is not what Node or the client say on the way to it', () => {
    expect(isAnswer(Object.assign(new Error('ECONNREFUSED it is'), { code: 'ECONNREFUSED' }))).toBe(false);
    expect(isAnswer(new Error('Socket closed unexpectedly'))).toBe(false);
  });
});
