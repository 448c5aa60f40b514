/** Whether those who connect to this machine meet Waypost: every listener is tried on every address it should have. */
import type { DiagnosisView } from '../contract/diagnose.ts';
import { isIncoming } from '../contract/listeners.ts';
import type { ListenerView } from '../contract/views.ts';
import { Dialogue } from './dialogue.ts';
import { TimedOut } from './faults.ts';
import { StepFailed, Steps } from './steps.ts';

export interface IncomingTest {
  readonly listeners: readonly ListenerView[];
  readonly hostname: string;
  /** Addresses of this machine. */
  readonly addresses: readonly string[];
  readonly portOwner: (port: number) => Promise<string | undefined>;
  readonly platform: NodeJS.Platform;
  readonly publish: (view: DiagnosisView) => void;
  readonly signal: AbortSignal;
  /** Milliseconds for a connection and its greeting. */
  readonly limitMs?: number;
}

const LIMIT_MS = 5_000;
const LOOPBACK = /^(127\.|::1$)/;

/** Rejects only when `signal` is aborted. */
export async function testIncoming(test: IncomingTest): Promise<void> {
  const { listeners, addresses, publish, signal, platform } = test;
  const steps = new Steps(publish, signal);
  let failed = 0;
  for (const listener of listeners) {
    // One address of this machine and the loopback tell as much as all of them, where all are meant.
    const at = listener.address === '' ? addresses : [listener.address];
    for (const address of at) failed += (await tryListener(listener, address, steps, test)) ? 0 : 1;
  }
  const outside = addresses.find((address) => !LOOPBACK.test(address) && !address.includes(':'));
  const port = listeners.find(isIncoming)?.port ?? 25;
  await steps.run('outside', 'From other machines', async () => ({
    state: 'skipped',
    detail: 'That can’t be tried from here: router and firewall have to let it in.',
    advice: outsideAdvice(port, outside ?? 'this machine', platform),
    value: undefined,
  }));
  steps.end(
    failed === 0
      ? 'On this machine every port answers as Waypost.'
      : 'Not every port answers as Waypost; see above.',
  );
}

/** What router and firewall need, and how to try it. Pure. */
export function outsideAdvice(port: number, address: string, platform: NodeJS.Platform): string {
  const firewall: Partial<Record<NodeJS.Platform, string>> = {
    linux: `On this machine: sudo firewall-cmd --add-port=${port}/tcp --permanent, or sudo ufw allow ${port}/tcp.`,
    win32: `On this machine: Windows Defender Firewall, Allow an app, Waypost (TCP ${port}).`,
    darwin: 'On this machine: System Settings, Network, Firewall, allow incoming connections for Waypost.',
  };
  return [
    `In the router: forward TCP port ${port} to ${address}.`,
    firewall[platform] ?? `In the firewall: allow TCP port ${port}.`,
    'To try it, send a mail from an account elsewhere, or connect to the port from a phone without Wi-Fi.',
  ].join(' ');
}

async function tryListener(
  listener: ListenerView,
  address: string,
  steps: Steps,
  test: IncomingTest,
): Promise<boolean> {
  const { port, name } = listener;
  const id = `${name} ${address}`;
  try {
    await steps.run(id, `Port ${port} on ${address}`, async () => {
      const greeting = await greetingOf(listener, address, test);
      const own = isIncoming(listener) ? `220 ${test.hostname} ` : `+OK ${test.hostname} `;
      if (greeting.startsWith(own)) return { detail: `Waypost answers: ${greeting}`, value: undefined };
      if (/^421 |^-ERR \[SYS\/TEMP\]/.test(greeting) && greeting.includes(test.hostname)) {
        return {
          state: 'warning',
          detail: `Waypost answers, but takes nobody in now: ${greeting}`,
          advice: 'Its limits may be used up, or receiving is paused.',
          value: undefined,
        };
      }
      throw new StepFailed(
        `Another program answers there: “${greeting}”.`,
        `${await holder(port, test)} Stop it, or choose another port for Waypost.`,
      );
    });
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return false;
  }
}

async function greetingOf(listener: ListenerView, address: string, test: IncomingTest): Promise<string> {
  const { signal, limitMs = LIMIT_MS } = test;
  const { port, security } = listener;
  let dialogue: Dialogue | undefined;
  try {
    if (listener.reason !== null && !(await test.portOwner(port))) throw new StepFailed(listener.reason);
    dialogue = await Dialogue.connect(address, port, limitMs, { note: () => {}, signal });
    if (security === 'tls') await dialogue.startTls(test.hostname, limitMs);
    await dialogue.reply(limitMs);
    return dialogue.firstLine;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StepFailed) throw error;
    throw new StepFailed(
      error instanceof TimedOut
        ? 'Nothing answers within 5 s.'
        : `It can’t be reached: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`,
      listener.reason ?? 'A firewall on this machine may block it.',
    );
  } finally {
    dialogue?.quit();
  }
}

async function holder(port: number, { portOwner }: IncomingTest): Promise<string> {
  const owner = await portOwner(port);
  return owner === undefined ? 'This system does not tell which.' : `It is ${owner}.`;
}
