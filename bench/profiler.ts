/**
 * Loaded into the service by the bench (`--import`), not a part of it: tells what its main thread is busy with. Between the
 * messages `begin` and `report` it looks every so often where the program stands, which makes it slower by a tenth;
 * `report` is answered with the time that each part of the program took.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** Seconds, by who spent them. */
export type Profile = Readonly<Record<string, number>>;

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

const EVERY_US = 200;

/** Functions of Node that hand bytes to a socket; what they take is the system's work. */
const WRITES = /^write(?:v|Buffer|(?:Utf8|Latin1|Ascii|Ucs2)String)$/;

/** The source file of each line of the built program, by the comments that the bundler leaves. */
const sources = new Map<string, string[]>();

const session = new Session();
session.connect();
const ready = session.post('Profiler.enable');
void session.post('Profiler.setSamplingInterval', { interval: EVERY_US });

process.on('message', (message) => void (message === 'begin' ? begin() : report()));

async function begin(): Promise<void> {
  await ready;
  await session.post('Profiler.start');
}

async function report(): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stackOf = (id: number | undefined): Frame[] => {
    const frame = frames.get(id ?? -1);
    return frame ? [frame, ...stackOf(callers.get(id ?? -1))] : [];
  };
  const parts = new Map(nodes.map(({ id }) => [id, partOf(stackOf(id))]));
  const seconds: Record<string, number> = {};
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) ?? 'Node';
    seconds[part] = (seconds[part] ?? 0) + (timeDeltas[index] ?? 0) / 1e6;
  }
  process.send?.(seconds satisfies Profile);
}

/** Who the time belongs to while the program stands there. @param stack the innermost frame first */
function partOf(stack: readonly Frame[]): string {
  const [inner] = stack;
  if (!inner || inner.functionName === '(idle)') return 'waiting';
  if (inner.functionName === '(garbage collector)') return 'garbage';
  if (WRITES.test(inner.functionName)) return 'sockets';
  if (inner.url.startsWith('node:') || inner.functionName === '(program)') return 'Node';
  // What is no JavaScript has no address: it works for who called it.
  const caller = stack.find(({ url }) => url !== '');
  if (!caller?.url.startsWith('file:')) return 'Node';
  const source = sourceOf(caller);
  const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  if (library) return library;
  // The one place where SQLite is called; it is no JavaScript.
  if (source === 'server/store/database.ts') return 'SQLite';
  return source.startsWith('server/') ? 'Waypost' : 'Node';
}

function sourceOf({ url, lineNumber }: Frame): string {
  let lines = sources.get(url);
  if (!lines) {
    let source = '';
    lines = readFileSync(fileURLToPath(url), 'utf8')
      .split('\n')
      .map((line) => {
        source = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line)?.[1] ?? source;
        return source;
      });
    sources.set(url, lines);
  }
  return lines[lineNumber] ?? '';
}

// The service ends when it is told to, whether the bench listens or not.
process.channel?.unref();
