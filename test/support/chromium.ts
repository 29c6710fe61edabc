import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A headless Chromium that asks nobody for anything. */
export function launchChromium(): Promise<Browser> {
  if (!existsSync(PROGRAM)) throw new Error('Chromium is missing. Install it: apt-get install chromium');
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
}
