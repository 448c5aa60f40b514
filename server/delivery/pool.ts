/**
 * All outgoing connections, and the promise that never more than `limit` of them are open at the peers.
 *
 * A connection takes a slot before it connects and gives it back when its socket has really closed. After a
 * message it is kept a few seconds for the next one to the same target. A kept connection still fills its
 * slot, but never at another's cost: whoever waits for a slot gets one by the closing of the oldest kept
 * connection, and while anybody waits, a connection that becomes free is closed instead of kept, unless it is
 * just what the first in the queue waits for.
 */
import type { Recording } from '../mail/transcript.ts';
import { openConnection } from './client.ts';
import { type Connection, type OthersWait, PeerFault, TIMEOUTS, type Timeouts } from './peer.ts';
import { type Target, targetKey } from './target.ts';

export interface PoolOptions {
  /** The most connections open at once, kept ones included: `outgoing.maxConnections`. */
  readonly limit: number;
  /** How long a connection is kept without work, in ms. Default: 5 s. */
  readonly idleMs?: number;
  /** Messages after which a connection is closed. Default: 100. */
  readonly maxMessages?: number;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Default: nobody waits. */
  readonly othersWait?: OthersWait;
}

export interface AcquireOptions {
  /** Never a kept connection. Default: false. */
  readonly fresh?: boolean;
  /** Called when a slot is there and the peer's time begins to count. */
  readonly onSlot?: () => void;
  /** Where the opening of a new connection is recorded. */
  readonly recording?: Recording | undefined;
}

export interface ConnectionPool {
  /** Connections open now, from connecting until closed, kept ones included. */
  readonly open: number;
  /** Those of them that are kept without work. */
  readonly idle: number;
  /** Takes effect on the next connection; lowering it cuts nothing that works. */
  setLimit(limit: number): void;
  /**
   * A connection to the target: one that was kept, or a new one as soon as a slot is free, first come first
   * served. Rejects with a PeerFault when it can't be had, and with the signal's reason when aborted while
   * waiting. Whoever gets one must release it.
   */
  acquire(target: Target, signal: AbortSignal, options?: AcquireOptions): Promise<Connection>;
  /** Gives a connection back, in whatever state it is. */
  release(connection: Connection): void;
  /** Whether connections are kept at all; those that are kept when it becomes false are closed. */
  setKeeping(keeps: boolean): void;
  /** Closes all kept connections; resolves when they are closed. */
  closeIdle(): Promise<void>;
  /** Closes kept connections, cuts all others; waiting and later `acquire`s reject. */
  stop(): Promise<void>;
}

interface Slot {
  readonly key: string;
  state: 'opening' | 'busy' | 'idle' | 'closing';
  connection?: Connection;
  idleTimer?: NodeJS.Timeout;
  /** Resolves when the slot is free again. */
  readonly freed: PromiseWithResolvers<void>;
}

interface Waiter {
  readonly key: string;
  readonly fresh: boolean;
  give(slot: Slot): void;
}

export function createConnectionPool(options: PoolOptions): ConnectionPool {
  const { idleMs = 5000, maxMessages = 100, othersWait = async () => false } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const stopped = new AbortController();
  const slots = new Set<Slot>();
  const waiters: Waiter[] = [];
  let limit = options.limit;
  let keeps = true;

  const inState = (state: Slot['state']) => [...slots].filter((slot) => slot.state === state);

  function takeSlot(key: string): Slot {
    const slot: Slot = { key, state: 'opening', freed: Promise.withResolvers() };
    slots.add(slot);
    return slot;
  }

  function free(slot: Slot): void {
    clearTimeout(slot.idleTimer);
    if (slots.delete(slot)) slot.freed.resolve();
    serve();
  }

  function close(slot: Slot): void {
    if (slot.state === 'closing') return;
    slot.state = 'closing';
    clearTimeout(slot.idleTimer);
    // `closed` frees it.
    void slot.connection?.quit();
  }

  /** Gives free slots to those who wait, and makes room where there is too little. */
  function serve(): void {
    while (slots.size < limit) {
      const waiter = waiters.shift();
      if (waiter === undefined) break;
      waiter.give(takeSlot(waiter.key));
    }
    const missing = slots.size + waiters.length - limit - inState('closing').length;
    if (missing > 0) for (const slot of inState('idle').slice(0, missing)) close(slot);
  }

  function waitForSlot(key: string, fresh: boolean, signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        key,
        fresh,
        give(slot) {
          signal.removeEventListener('abort', onAbort);
          resolve(slot);
        },
      };
      function onAbort() {
        waiters.splice(waiters.indexOf(waiter), 1);
        reject(signal.reason);
      }
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
      serve();
    });
  }

  /** Connects in the slot; where STARTTLS is only an offer and its handshake breaks, once more in clear. */
  async function connect(
    slot: Slot,
    target: Target,
    signal: AbortSignal,
    recording: Recording | undefined,
  ): Promise<Connection> {
    const opening = openConnection(target, signal, { timeouts, othersWait, recording });
    try {
      const connection = await opening.ready;
      slot.connection = connection;
      slot.state = 'busy';
      void opening.closed.then(() => free(slot));
      return connection;
    } catch (error) {
      const inClear = error instanceof PeerFault && clearTarget(target, error);
      if (!inClear || signal.aborted) {
        slot.state = 'closing';
        void opening.closed.then(() => free(slot));
        throw error;
      }
      await opening.closed;
      return connect(slot, inClear, signal, recording);
    }
  }

  async function acquire(
    target: Target,
    ownSignal: AbortSignal,
    { fresh = false, onSlot, recording }: AcquireOptions = {},
  ): Promise<Connection> {
    ownSignal.throwIfAborted();
    stopped.signal.throwIfAborted();
    const key = targetKey(target);
    const kept = fresh ? undefined : inState('idle').findLast((slot) => slot.key === key && isUsable(slot));
    // Only where something is waited for: putting signals together is dear.
    const signal = kept ? ownSignal : AbortSignal.any([ownSignal, stopped.signal]);
    const slot = kept ?? (await waitForSlot(key, fresh, signal));
    onSlot?.();
    if (slot.connection === undefined) return connect(slot, target, signal, recording);
    clearTimeout(slot.idleTimer);
    slot.state = 'busy';
    return slot.connection;
  }

  function release(connection: Connection): void {
    const slot = [...slots].find((each) => each.connection === connection);
    if (slot === undefined || slot.state !== 'busy') return;
    const first = waiters[0];
    if (!isUsable(slot) || connection.transactions >= maxMessages || stopped.signal.aborted) {
      close(slot);
      return;
    }
    if (first?.key === slot.key && !first.fresh) {
      waiters.shift();
      first.give(slot);
      return;
    }
    if (!keeps) {
      close(slot);
      return;
    }
    slot.state = 'idle';
    slot.idleTimer = setTimeout(() => close(slot), idleMs);
    // Moved to the end, so that the set lists the longest kept first.
    slots.delete(slot);
    slots.add(slot);
    serve();
  }

  async function closeIdle(): Promise<void> {
    const idle = inState('idle');
    for (const slot of idle) close(slot);
    await Promise.all(idle.map(({ freed }) => freed.promise));
  }

  return {
    get open() {
      return slots.size;
    },
    get idle() {
      return inState('idle').length;
    },
    setLimit(next) {
      limit = next;
      serve();
    },
    setKeeping(next) {
      keeps = next;
      if (!keeps) void closeIdle();
    },
    acquire,
    release,
    closeIdle,
    async stop() {
      stopped.abort(new Error('The attempt was interrupted: Waypost stops.'));
      const all = [...slots];
      for (const slot of inState('busy')) slot.connection?.destroy();
      for (const slot of inState('idle')) close(slot);
      await Promise.all(all.map(({ freed }) => freed.promise));
    },
  };
}

function isUsable({ connection }: Slot): boolean {
  return connection?.usable === true;
}

/** The target without encryption, where that is better than no delivery (RFC 7435); never with a password. */
function clearTarget(target: Target, { happening }: PeerFault): Target | undefined {
  const mayBeClear = target.tls === 'offered' && target.account === undefined && happening.step === 'tls';
  return mayBeClear ? { ...target, tls: 'never' } : undefined;
}
