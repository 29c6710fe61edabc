// Writes docs/back-ends.md: which case of the contract which back end keeps. Give it the results of the suites:
//   npm test -- test/integration/broker-contract test/integration/cluster-contract --json --outputFile=local.json
//   npm run test:brokers -- contract --json --outputFile=servers.json
//   node test/brokers/contract-table.mjs local.json servers.json
import { readFileSync, writeFileSync } from 'node:fs';

const KINDS = [
  [
    'the contract of back ends: ',
    'Every back end',
    'What every application may rely on, whatever carries its topics.',
  ],
  [
    'the contract of a cluster: ',
    'Clusters',
    'What several nodes with `simpleBroker.cluster` promise together, beside that.',
  ],
  [
    'the contract of a cluster bus: ',
    'Buses',
    'What a `ClusterBus` has to do; run `describeClusterBusContract` of the tests on one of your own.',
  ],
];

const tests = process.argv
  .slice(2)
  .flatMap((path) => JSON.parse(readFileSync(path, 'utf8')).testResults)
  .flatMap(({ assertionResults }) => assertionResults);

function tableOf(beginning) {
  const backEnds = new Set();
  const cases = new Map();
  for (const { ancestorTitles, title, status } of tests) {
    const suite = ancestorTitles[0] ?? '';
    if (!suite.startsWith(beginning) || status === 'pending') continue;
    const backEnd = suite.slice(beginning.length);
    backEnds.add(backEnd);
    if (!cases.has(title)) cases.set(title, new Map());
    cases.get(title).set(backEnd, status === 'passed' ? '✓' : '✗');
  }
  const names = [...backEnds];
  return [
    `| | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => ':-:').join(' | ')} |`,
    ...[...cases].map(
      ([title, kept]) => `| ${title} | ${names.map((name) => kept.get(name) ?? '–').join(' | ')} |`,
    ),
  ].join('\n');
}

const sections = KINDS.map(([beginning, title, text]) => `## ${title}\n\n${text}\n\n${tableOf(beginning)}\n`);
writeFileSync(
  'docs/back-ends.md',
  `# What each back end keeps\n\nWritten by \`test/brokers/contract-table.mjs\` from results of the suites, which CI runs with the real servers.\n\n${sections.join('\n')}`,
);
