/** What the commands say to people: pure, one function per answer, everything from outside escaped. */
import type { TranscriptView } from '../contract/log.ts';
import { certificateText, pauseTexts, storageTexts, stuckText } from '../contract/status-words.ts';
import type {
  AccountView,
  Direction,
  ListenerView,
  LogView,
  MailView,
  QueueView,
  StatusView,
} from '../contract/views.ts';
import { escapeControls } from './escape.ts';
import { table } from './table.ts';
import { formatDate, formatDuration, formatSize, formatTime } from './units.ts';

const SECURITY = { none: 'plain text', starttls: 'STARTTLS offered', tls: 'TLS' } as const;

/** Where a listener listens: "port 25, all addresses". */
export function placeOf({ address, port }: Pick<ListenerView, 'address' | 'port'>): string {
  return `port ${port}, ${address === '' ? 'all addresses' : escapeControls(address)}`;
}

/** One listener and its state as a sentence. */
export function listenerSentence(listener: ListenerView): string {
  const what = `${placeOf(listener)} (${listener.name}, ${SECURITY[listener.security]})`;
  if (listener.state === 'listening') return `Listening on ${what}.`;
  return `Not listening on ${what}: ${escapeControls(listener.reason ?? 'unknown reason')}`;
}

export function statusText(status: StatusView, now: Date): string {
  const { incoming, outgoing, queue } = status;
  const stuck = queue.stuck === 0 ? '' : `; ${queue.stuck} waiting ${stuckText(status)}`;
  const certificate = certificateText(status, now, formatDate);
  return [
    `Waypost on ${escapeControls(status.hostname)}, running for ${formatDuration(status.uptimeSeconds)}.`,
    ...status.listeners.map(listenerSentence),
    ...pauseTexts(status).map((text) => `${text}.`),
    ...storageTexts(status).map(escapeControls),
    ...(certificate === undefined ? [] : [certificate]),
    '',
    `Incoming  ${incoming.now} of ${incoming.maxTotal} connections, at most ${incoming.maxPerHost} from a single host`,
    `Outgoing  ${outgoing.now} of ${outgoing.max} connections`,
    `Queue     ${queue.due} due, ${queue.deferred} deferred, ${queue.held} held${stuck}`,
  ].join('\n');
}

/** What a pause, or its end, led to. */
export function trafficText(direction: Direction, isPaused: boolean): string {
  return isPaused ? PAUSED[direction] : RESUMED[direction];
}

const PAUSED: Readonly<Record<Direction, string>> = {
  incoming:
    'Receiving is paused until it is resumed or Waypost restarts. New connections are told to try again later; those that are open run on.',
  outgoing:
    'Sending is paused until it is resumed or Waypost restarts. What is being sent finishes; the rest waits in the queue.',
};

const RESUMED: Readonly<Record<Direction, string>> = {
  incoming: 'Receiving goes on.',
  outgoing: 'Sending goes on.',
};

/** What an apply did, one sentence per line. */
export function appliedText({ sentences }: { readonly sentences: readonly string[] }): string {
  return sentences.length === 0 ? 'Nothing changed.' : sentences.map(escapeControls).join('\n');
}

export function accountsText(accounts: readonly AccountView[]): string {
  if (accounts.length === 0) {
    return 'There are no accounts yet (add one with: waypost account add ADDRESS --password-stdin).';
  }
  return table(accounts, [
    { title: 'Address', of: (account) => account.address },
    { title: 'State', of: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
    { title: 'Messages', of: ({ messages }) => messages, right: true },
    { title: 'Used', of: ({ usedBytes }) => formatSize(usedBytes), right: true },
    { title: 'Quota', of: ({ quotaMB }) => (quotaMB === 0 ? 'none' : `${quotaMB} MB`), right: true },
    { title: 'Last sign-in', of: ({ lastSignIn }) => formatTime(lastSignIn) || 'never' },
    { title: 'Aliases', of: ({ aliases }) => aliases.join(', ') },
  ]);
}

export function mailText(address: string, mails: readonly MailView[]): string {
  if (mails.length === 0) return `The mailbox of ${escapeControls(address)} is empty.`;
  return table(mails, [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Received', of: ({ receivedAt }) => formatTime(receivedAt) },
    { title: 'Size', of: ({ size }) => formatSize(size), right: true },
    { title: 'From', of: ({ from }) => from || '<>' },
    { title: 'Subject', of: ({ subject }) => subject },
  ]);
}

export function queueText(recipients: readonly QueueView[]): string {
  if (recipients.length === 0) return 'The queue is empty.';
  return table(recipients, [
    { title: 'ID', of: ({ id }) => id },
    { title: 'State', of: ({ state }) => state },
    { title: 'From', of: ({ from }) => from || '<>' },
    { title: 'To', of: ({ to }) => to },
    { title: 'Size', of: ({ size }) => formatSize(size), right: true },
    { title: 'Attempts', of: ({ attempts }) => attempts, right: true },
    { title: 'Next attempt', of: ({ nextAttemptAt }) => formatTime(nextAttemptAt) },
    { title: 'Route', of: ({ route }) => route },
    { title: 'Last reply', of: ({ lastReply }) => lastReply ?? '' },
  ]);
}

export function logText(entries: readonly LogView[], grep: string | undefined): string {
  if (entries.length === 0) {
    return grep === undefined
      ? 'The log is empty.'
      : `No entry of the log contains "${escapeControls(grep)}".`;
  }
  return table(entries, [
    { title: 'Time', of: ({ at }) => formatTime(at, true) },
    { title: 'Level', of: ({ level }) => level },
    { title: 'Kind', of: ({ kind }) => kind },
    { title: 'Session', of: ({ session }) => session },
    { title: 'Message', of: ({ message }) => message },
    { title: 'Host', of: ({ host }) => host },
    { title: 'Address', of: ({ address }) => address },
    { title: 'Text', of: ({ text }) => text },
  ]);
}

/** One entry on one line. */
export function logLine(entry: LogView): string {
  const { at, level, kind, host, address, message, session, text } = entry;
  const about = [message || session, host, address].filter((part) => part !== '').join(' ');
  return [formatTime(at, true), level.padEnd(7), kind.padEnd(8), ...(about ? [`[${about}]`] : []), text]
    .map(escapeControls)
    .join(' ');
}

/** A dialogue, with seconds since its beginning. */
export function transcriptText({ session, direction, host, startedAt, lines }: TranscriptView): string {
  const [what, us] = direction === 'incoming' ? ['Session', 'S'] : ['Attempt', 'C'];
  const peer = host === '' ? '' : ` ${direction === 'incoming' ? 'from' : 'to'} ${host}`;
  const said = lines.map(({ ms, by, text }) => {
    const time = (ms / 1000).toFixed(3).padStart(9);
    return escapeControls(`${time}  ${by === 'note' ? '--' : `${by === 'client' ? 'C' : 'S'}:`} ${text}`);
  });
  const head = escapeControls(`${what} ${session}${peer}, ${formatTime(startedAt, true)} (we are ${us})`);
  return [head, '', ...said].join('\n');
}
