import type { Profiler } from 'node:inspector';

/** The system calls that hand a socket its octets: functions of Node without a file. */
const WRITES = new Set(['writeBuffer', 'writev', 'writeUtf8String', 'writeLatin1String', 'writeAsciiString']);

/** What time is spent on, by a name for tables, in microseconds; waiting does not count. */
export type Times = ReadonlyMap<string, number>;

/** Where the time of a profile goes: by the part of the program that a function belongs to. */
export function timesByPlace(profile: Profiler.Profile): Times {
  return selfTimes(profile, placeOf);
}

/** The same by functions. */
export function timesByFunction(profile: Profiler.Profile): Times {
  return selfTimes(profile, ({ functionName, url, lineNumber }) => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    const file = url.split('/').slice(-2).join('/');
    return file === '' ? name : `${name} (${file}:${lineNumber + 1})`;
  });
}

type Frame = Profiler.ProfileNode['callFrame'];

function selfTimes(profile: Profiler.Profile, nameOf: (frame: Frame) => string): Times {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  for (const [index, id] of profile.samples?.entries() ?? []) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(root)') continue;
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
  }
  return times;
}

function placeOf({ functionName, url }: Frame): string {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'Node and V8, outside of JavaScript';
  if (url === '') return WRITES.has(functionName) ? 'system call: write' : 'built-in functions';
  if (url.startsWith('node:')) return "Node's streams, sockets, timers";
  if (url.includes('/node_modules/ws/')) return '`ws`';
  if (/\/node_modules\/(?:@nestjs|rxjs)\//.test(url)) return 'Nest, RxJS';
  if (url.includes('/node_modules/')) return 'other packages';
  if (url.includes('/bench/dist/')) return 'the handler, or what is written by hand';
  const [, room] = /\/dist\/([a-z-]+)\//.exec(url) ?? [];
  return `nestjs-stomp: ${room ?? 'elsewhere'}`;
}
