import { describe, expect, it } from '@jest/globals';
import { UnansweredPublications } from '../../../src/redis/unanswered-publications.js';

/** Waits, and writes down under a name how that ended. */
function wait(publications: UnansweredPublications, name: string, log: string[]): Promise<void> {
  return publications.allAnswered().then(
    () => void log.push(name),
    (error: Error) => void log.push(`${name}: ${error.message}`),
  );
}

describe('UnansweredPublications', () => {
  it('has nothing to wait for at first', async () => {
    const publications = new UnansweredPublications();
    await publications.allAnswered();
    expect(publications.bytes).toBe(0);
  });

  it('wakes each who waits at the answer to the last publication before', async () => {
    const publications = new UnansweredPublications();
    const log: string[] = [];
    publications.add(10);
    publications.add(20);
    const first = wait(publications, 'first', log);
    publications.add(30);
    const second = wait(publications, 'second', log);
    publications.answered(10);
    expect(publications.bytes).toBe(50);
    publications.answered(20);
    await first;
    expect(log).toEqual(['first']);
    publications.answered(30);
    await second;
    expect(log).toEqual(['first', 'second']);
    expect(publications.bytes).toBe(0);
  });

  it('gives those who wait for the same one promise', () => {
    const publications = new UnansweredPublications();
    publications.add(1);
    const promise = publications.allAnswered();
    expect(publications.allAnswered()).toBe(promise);
    publications.add(1);
    expect(publications.allAnswered()).not.toBe(promise);
  });

  it('rejects all who wait, and who come later, with the first failure', async () => {
    const publications = new UnansweredPublications();
    const log: string[] = [];
    publications.add(10);
    const waiting = wait(publications, 'early', log);
    publications.fail(new Error('gone'));
    publications.fail(new Error('gone again'));
    publications.answered(10);
    await waiting;
    await wait(publications, 'late', log);
    expect(log).toEqual(['early: gone', 'late: gone']);
    expect(publications.bytes).toBe(0);
  });
});
