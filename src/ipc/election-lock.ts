import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** An election takes milliseconds; whoever holds the lock for so long has been stopped, or its number is another's now. */
const ABANDONED_MS = 5000;

/** What one process holds while it looks for a hub and becomes it: a file with its number. */
export class ElectionLock {
  private constructor(
    private readonly file: string,
    private readonly content: string,
  ) {}

  /** Undefined when another has it. One that was left behind is removed, for the next try. */
  static async take(file: string): Promise<ElectionLock | undefined> {
    const content = `${process.pid} ${randomUUID()}`;
    try {
      await writeFile(file, content, { flag: 'wx', mode: 0o600 });
      return new ElectionLock(file, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (await isAbandoned(file)) await rm(file, { force: true });
      return undefined;
    }
  }

  /** Whether nobody has thought it abandoned. */
  async isHeld(): Promise<boolean> {
    return (await contentOf(this.file)) === this.content;
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.file, { force: true });
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const pid = Number.parseInt((await contentOf(file)) ?? '', 10);
  // Between its making and its writing, a lock is empty.
  if (pid > 0 && !isAlive(pid)) return true;
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
