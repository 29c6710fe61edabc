import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.js';
import { startProgram } from './server-process.js';

const PROJECT = fileURLToPath(new URL('../../peers/spring/', import.meta.url));
const JAR = `${PROJECT}target/spring-peer.jar`;
const SOURCES = [`${PROJECT}pom.xml`, `${PROJECT}src/main/java/bench/SpringPeer.java`];
const BUILD_LIMIT_MS = 300_000;

/** The simple broker of the current Spring Boot. */
export const SPRING: Peer = {
  name: 'spring',
  title: 'Spring simple broker',
  dialect: 'stomp',
  handlers: 'plain',
  // Its channels are thread pools; what was published in this order may arrive in another one.
  isUnordered: true,
  // The compiler has not seen the last of the hot path before.
  warmUpMs: 12_000,
  missing: () => {
    const lacking = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).status !== 0);
    if (lacking.length === 0) return undefined;
    return `There is no ${lacking.join(' and no ')}. apt-get install openjdk-17-jdk-headless maven`;
  },
  start: () => {
    if (!isBuilt()) {
      execFileSync('mvn', ['-B', '-q', 'package'], {
        cwd: PROJECT,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: BUILD_LIMIT_MS,
      });
    }
    return startProgram(
      'java',
      ['-jar', JAR, '--server.port=0', '--server.address=127.0.0.1', '--server.tomcat.max-connections=20000'],
      /Tomcat started on port (\d+)/,
    );
  },
};

function isBuilt(): boolean {
  if (!existsSync(JAR)) return false;
  const { mtimeMs } = statSync(JAR);
  return SOURCES.every((source) => statSync(source).mtimeMs < mtimeMs);
}
