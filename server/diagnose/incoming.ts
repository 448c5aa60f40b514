/**
 * Whether those who connect to this machine meet Waypost: every listener is tried on every address it should have.
 *
 * A greeting can be anybody's, even in our name. So it is not believed: a connection is ours when it has arrived at
 * one of our listeners as well, from the very port that we left by.
 */
import type { DiagnosisView } from '../contract/diagnose.ts';
import { isIncoming } from '../contract/listeners.ts';
import type { ListenerView } from '../contract/views.ts';
import { Dialogue } from './dialogue.ts';
import { HungUp, TimedOut } from './faults.ts';
import { outsideAdvice } from './outside.ts';
import { type Found, StepFailed, Steps } from './steps.ts';

/** One connection, known at both of its ends. */
interface Way {
  readonly from: string;
  readonly fromPort: number;
  readonly toPort: number;
}

export interface IncomingTest {
  readonly listeners: readonly ListenerView[];
  readonly hostname: string;
  /** Addresses of this machine. */
  readonly addresses: readonly string[];
  /** Whether this connection was taken by one of our listeners. */
  readonly hasArrived: (way: Way) => boolean;
  readonly portOwner: (port: number) => Promise<string | undefined>;
  readonly platform: NodeJS.Platform;
  readonly publish: (view: DiagnosisView) => void;
  readonly signal: AbortSignal;
  /** Milliseconds for each of connection, handshake and greeting. */
  readonly limitMs?: number;
}

const LIMIT_MS = 5_000;
/** How `portOwner` names this very process: one of its ports is also there, at another address perhaps. */
const OURSELVES = 'Waypost itself';

/** Rejects only when `signal` is aborted. */
export async function testIncoming(test: IncomingTest): Promise<void> {
  const { listeners, addresses, publish, signal, platform } = test;
  const steps = new Steps(publish, signal);
  for (const listener of listeners) {
    const at = listener.address === '' ? addresses : [listener.address];
    for (const address of at) await tryListener(listener, address, steps, test);
  }
  const advice = outsideAdvice(listeners.filter(isIncoming), addresses, platform);
  await steps.run('outside', 'From other machines', async () => ({
    state: 'skipped',
    ...advice,
    value: undefined,
  }));
  steps.end(conclusion(steps.states));
}

function conclusion(states: Steps['states']): string {
  if (states.includes('failed')) return 'Not every port answers as Waypost; see above.';
  if (states.includes('warning')) return 'Every port is Waypost’s, with the reservations above.';
  return 'On this machine every port answers as Waypost.';
}

async function tryListener(
  listener: ListenerView,
  address: string,
  steps: Steps,
  test: IncomingTest,
): Promise<void> {
  const { port, name } = listener;
  try {
    await steps.run(`${name} ${address}`, `Port ${port} on ${address}`, () =>
      tryPort(listener, address, test),
    );
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  }
}

async function tryPort(listener: ListenerView, address: string, test: IncomingTest): Promise<Found> {
  const { signal, limitMs = LIMIT_MS, hostname } = test;
  const { port, security, reason } = listener;
  let dialogue: Dialogue;
  try {
    dialogue = await Dialogue.connect(address, port, limitMs, { note: () => {}, signal });
  } catch (error) {
    signal.throwIfAborted();
    // Why our own listener did not open is the better reason.
    throw reason === null ? unreached(error) : new StepFailed(reason);
  }
  try {
    const isOurs = () =>
      test.hasArrived({ from: dialogue.localAddress, fromPort: dialogue.localPort, toPort: port });
    const failure = await greeting(dialogue, security, hostname, limitMs);
    signal.throwIfAborted();
    if (!isOurs()) throw await foreign(dialogue.firstLine, listener, test);
    if (failure) throw failure;
    return own(dialogue, test.hostname);
  } finally {
    dialogue.quit();
  }
}

/** Waits for the greeting. Resolves to what went wrong, since it is another matter where the port isn't ours. */
async function greeting(
  dialogue: Dialogue,
  security: ListenerView['security'],
  hostname: string,
  ms: number,
): Promise<StepFailed | undefined> {
  try {
    if (security === 'tls') await dialogue.startTls(hostname, ms);
  } catch (error) {
    return new StepFailed(
      `Waypost took the connection, but no encryption came about: ${reasonOf(error, ms)}.`,
      'See whether the certificate can be used (Advanced, Certificate), and the log.',
    );
  }
  try {
    await dialogue.reply(ms);
    return undefined;
  } catch (error) {
    return new StepFailed(
      `Waypost took the connection, but did not greet: ${reasonOf(error, ms)}.`,
      'It may be very busy; the log says more.',
    );
  }
}

function own(dialogue: Dialogue, hostname: string): Found {
  const line = dialogue.firstLine;
  if (/^(220[ -]|\+OK)/.test(line)) {
    return { detail: `Waypost answers${dialogue.isEncrypted ? ' over TLS' : ''}: ${line}`, value: undefined };
  }
  return {
    state: 'warning',
    detail: `Waypost answers, but takes nobody in now: ${line}`,
    advice: refusalAdvice(line, hostname),
    value: undefined,
  };
}

function refusalAdvice(line: string, hostname: string): string {
  const words = line.replaceAll(hostname, '');
  if (/too many connections from/i.test(words)) {
    return 'This machine has as many connections as From a Single Host allows. Wait until some end, or allow more.';
  }
  if (/too many connections/i.test(words)) {
    return 'As many are connected as Total allows. Wait until some end, or allow more.';
  }
  if (/not receiving/i.test(words)) return 'Receiving is paused: resume it in the Status tab.';
  return 'Look in the Status tab whether its limits are used up or the address is blocked.';
}

/** Another program has the connection; it is named where the system tells. */
async function foreign(line: string, { port }: ListenerView, test: IncomingTest): Promise<StepFailed> {
  const owner = await test.portOwner(port);
  const who =
    owner === undefined || owner === OURSELVES ? 'This system does not tell which one.' : `It is ${owner}.`;
  return new StepFailed(
    `Another program answers there${spoken(line, test.hostname)}.`,
    `${who} Stop it, or choose another port for Waypost.`,
  );
}

function spoken(line: string, hostname: string): string {
  if (line === '') return ' and says nothing';
  return line.includes(hostname) ? `, even in the name of this server: “${line}”` : `: “${line}”`;
}

function unreached(error: unknown): StepFailed {
  const { code, message } = error as NodeJS.ErrnoException;
  const firewall = 'A firewall on this machine may block it.';
  if (error instanceof TimedOut) {
    return new StepFailed(`Nothing answers within ${Math.ceil(error.ms / 1000)} s.`, firewall);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new StepFailed('The connection is refused, although Waypost listens.', firewall);
    case 'ECONNRESET':
      return new StepFailed('The connection is cut at once.', firewall);
    case 'EADDRNOTAVAIL':
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return new StepFailed(
        'This machine does not have that address now.',
        'Check its network, or choose all addresses.',
      );
    default:
      return new StepFailed(`It can’t be reached: ${message}.`, firewall);
  }
}

function reasonOf(error: unknown, ms: number): string {
  if (error instanceof TimedOut) return `nothing came within ${Math.ceil(ms / 1000)} s`;
  return error instanceof HungUp ? 'the connection was closed' : (error as Error).message;
}
