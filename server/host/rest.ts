/**
 * Gives memory back when the process has come to rest.
 *
 * After its start, and after a busy hour, Node keeps what objects that are gone took: a sixth of all at rest. Clearing
 * all of it away holds everybody up for some 60 ms, so it is done only when nothing happens anyway, and only when
 * enough has happened since the last time. It takes away the compiled code too, so that whoever comes next is
 * served at little more than half the speed for some seconds: a pause between two bursts is no rest yet.
 */

/** How a process has used the processor. Times are in ms. */
export interface Use {
  /** How long it has used next to none. */
  readonly quiet: number;
  /** What it used since memory was given back. */
  readonly sinceTidied: number;
  /** Memory was not given back yet. */
  readonly isFirst: boolean;
}

export interface RestOptions {
  /** Processor time the process used in all, in ms. Default: what the system says. */
  readonly usedMs?: () => number;
  /** Gives memory back. Default: what Node's `--expose-gc` puts there; without that nothing is done. */
  readonly tidy?: (() => void) | undefined;
}

const LOOK_MS = 2000;
/** At rest, timers and the like take less between two looks. */
const REST_MS = LOOK_MS / 100;
const LONG_REST_MS = 60_000;
const WORTH_MS = 500;
/** More than a start takes. */
const START_MS = 2000;

/** Whether the process rests, and has something to give back. */
export function isDue({ quiet, sinceTidied, isFirst }: Use): boolean {
  // A start always leaves much behind, and little of what it compiled will be needed again.
  if (isFirst && sinceTidied <= START_MS) return quiet >= LOOK_MS;
  return quiet >= LONG_REST_MS && sinceTidied >= WORTH_MS;
}

/** Watches until the returned function is called. */
export function tidyAtRest({ usedMs = processorMs, tidy = collectAll }: RestOptions = {}): () => void {
  if (!tidy) return () => {};
  let looked = usedMs();
  let quiet = 0;
  // The start counts.
  let tidied = 0;
  const timer = setInterval(() => {
    const used = usedMs();
    quiet = used - looked <= REST_MS ? quiet + LOOK_MS : 0;
    const due = isDue({ quiet, sinceTidied: used - tidied, isFirst: tidied === 0 });
    if (due) tidy();
    looked = usedMs();
    if (due) tidied = looked;
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const { gc } = globalThis;
/** Collects all garbage; undefined without `--expose-gc`. Only this kind returns the pages to the system at once. */
export const collectAll = gc && (() => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
