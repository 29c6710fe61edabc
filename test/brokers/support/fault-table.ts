import { readFileSync, writeFileSync } from 'node:fs';
import type { TrafficCounts } from '../../support/numbered-traffic.js';

const DOCUMENT = 'docs/cluster.md';
const [BEGIN, END] = ['<!-- faults: begin -->', '<!-- faults: end -->'];

/** What was counted for each fault. With UPDATE_FAULTS=1 it is written into the documents. */
export class FaultTable {
  readonly #rows: string[] = [];

  add(engine: string, fault: string, { sent, here, there, lost, doubled, disordered }: TrafficCounts): void {
    this.#rows.push(
      `| ${[engine, fault, sent, here, there, lost, doubled, disordered].map(String).join(' | ')} |`,
    );
  }

  print(): void {
    const head =
      '| engine | fault | sent | delivered here | there | lost there | doubled | out of order |\n' +
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |';
    const table = `${head}\n${this.#rows.join('\n')}`;
    process.stdout.write(`\nFaults, counted:\n${table}\n`);
    if (process.env.UPDATE_FAULTS !== '1') return;
    const text = readFileSync(DOCUMENT, 'utf8');
    const [before, after] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
    writeFileSync(DOCUMENT, `${text.slice(0, before)}\n\n${table}\n\n${text.slice(after)}`);
  }
}
