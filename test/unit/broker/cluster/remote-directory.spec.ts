import { describe, expect, it } from '@jest/globals';
import type { ClusterControl, ClusterSession } from '../../../../src/broker/cluster/cluster-control.js';
import { RemoteDirectory } from '../../../../src/broker/cluster/remote-directory.js';
import { RemoteUsers } from '../../../../src/user/remote-users.js';

type Sessions = Extract<ClusterControl, { kind: 'sessions' }>;
type Changes = Extract<ClusterControl, { kind: 'changes' }>;

const session = (id: string): ClusterSession => ({ id, user: id, subscriptions: [] });

/** A part of the whole; the last one unless it is said otherwise. */
const part = (ids: string, rest: Partial<Sessions> = {}): Sessions => ({
  kind: 'sessions',
  revision: 1,
  whole: 0,
  part: 0,
  isLast: true,
  sessions: ids.split('').map(session),
  ...rest,
});

const changes = (revision: number, put: string, removed = ''): Changes => ({
  kind: 'changes',
  revision,
  put: put.split('').map(session),
  removed: removed.split(''),
});

class Stage {
  asked = 0;
  readonly users = new RemoteUsers();
  readonly directory = new RemoteDirectory('node', this.users, () => this.asked++);

  get names(): string {
    return [...this.users.userNames].toSorted().join('');
  }
}

describe('RemoteDirectory', () => {
  it('asks when it knows nothing, and not again while an answer may be under way', () => {
    const stage = new Stage();
    stage.directory.compare(1);
    stage.directory.compare(1);
    expect(stage.asked).toBe(1);
    stage.directory.compare(1);
    expect(stage.asked).toBe(2);
    stage.directory.sessions(part('ab'));
    stage.directory.compare(1);
    stage.directory.compare(1);
    expect(stage.asked).toBe(2);
    expect(stage.names).toBe('ab');
  });

  it('takes the whole in its parts, and what changes meanwhile behind it', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab', { isLast: false }));
    stage.directory.changes(changes(2, 'x', 'a'));
    stage.directory.compare(2);
    stage.directory.sessions(part('cd', { part: 1 }));
    expect(stage.names).toBe('bcdx');
    stage.directory.changes(changes(3, 'y'));
    stage.directory.changes(changes(3, 'z'));
    expect(stage.names).toBe('bcdxy');
    expect(stage.asked).toBe(0);
  });

  it('takes no changes before it knows the whole', () => {
    const stage = new Stage();
    stage.directory.changes(changes(1, 'x'));
    expect(stage.names).toBe('');
  });

  it('keeps what it knows when it has missed some, and asks for the whole', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab'));
    stage.directory.changes(changes(3, 'c'));
    expect([stage.names, stage.asked]).toEqual(['ab', 1]);
    stage.directory.sessions(part('c', { revision: 3 }));
    expect(stage.names).toBe('c');
  });

  it('makes no whole of parts of which one is lost', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab', { isLast: false }));
    stage.directory.sessions(part('ef', { part: 2 }));
    expect(stage.names).toBe('');
    stage.directory.compare(1);
    expect(stage.asked).toBe(1);
  });

  it('makes no whole of the parts of two answers', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab', { isLast: false }));
    stage.directory.sessions(part('cd', { part: 1, whole: 7 }));
    stage.directory.sessions(part('zz', { part: 1, whole: 7 }));
    expect(stage.names).toBe('');
    stage.directory.sessions(part('cd', { part: 1 }));
    expect(stage.names).toBe('abcd');
  });

  it('begins again with a new answer, and forgets what came with the old one', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab', { isLast: false }));
    stage.directory.changes(changes(2, 'x'));
    stage.directory.sessions(part('c', { whole: 1, revision: 2 }));
    expect(stage.names).toBe('c');
  });

  it('gives up an answer whose rest does not come, and asks again', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab', { isLast: false }));
    for (let beat = 0; beat < 3; beat++) stage.directory.compare(1);
    expect(stage.asked).toBe(0);
    stage.directory.compare(1);
    expect(stage.asked).toBe(1);
    stage.directory.sessions(part('cd', { part: 1 }));
    expect(stage.names).toBe('');
  });

  it('asks again after an interruption, if anything has changed since', () => {
    const stage = new Stage();
    stage.directory.sessions(part('ab'));
    stage.directory.interrupted();
    stage.directory.compare(1);
    expect(stage.asked).toBe(0);
    stage.directory.compare(2);
    expect(stage.asked).toBe(1);
  });
});
