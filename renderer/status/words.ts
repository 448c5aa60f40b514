/** What the engine is doing, in plain words. Pure. */
import { pauseTexts } from '../../server/contract/status-words.ts';
import type { ListenerView, MinuteView, SessionView, StatusView } from '../../server/contract/views.ts';

/** "12 s", "3 min", "1 h 5 min": how long ago `since` was. A clock that is ahead counts as now. */
export function lasting(since: Date, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since.getTime()) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''}`;
}

/** "512 bytes", "1.5 KB", "25 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [value, unit] = bytes < 1_048_576 ? [bytes / 1024, 'KB'] : [bytes / 1_048_576, 'MB'];
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

const PHASES: Record<SessionView['phase'], string> = {
  connected: 'Connected',
  'signed in': 'Signed in',
  envelope: 'Naming sender and recipients',
  receiving: 'Sending a message',
  committing: 'Message is being stored',
};

export function phaseText({ protocol, phase, account }: SessionView): string {
  const what = protocol === 'POP3' ? `Picking up mail: ${PHASES[phase].toLowerCase()}` : PHASES[phase];
  return account === '' ? what : `${what}${phase === 'signed in' ? '' : ', signed in'} as ${account}`;
}

/** What came over a session so far. */
export function progressText({ bytes, messages }: SessionView): string {
  const before = messages === 0 ? '' : count(messages, 'message');
  if (bytes === 0) return before || 'None yet';
  return before === '' ? sizeText(bytes) : `${sizeText(bytes)}, after ${before}`;
}

export function listenerState({ state, reason }: ListenerView): string {
  return state === 'listening' ? 'Listening' : (reason ?? 'It could not be opened.');
}

/** What is paused, and until when; '' when nothing is. */
export function pauseNote(status: Pick<StatusView, 'paused'>): string {
  const [text, another] = pauseTexts(status);
  if (another) return 'Receiving and sending are paused until you resume them or Waypost restarts.';
  return text ? `${text} until you resume it or Waypost restarts.` : '';
}

/** The chart in one sentence, for those who can't see it and for those in a hurry. */
export function hourText(minutes: readonly MinuteView[]): string {
  const received = sum(minutes.map((minute) => minute.received));
  const sent = sum(minutes.map((minute) => minute.sent));
  if (received + sent === 0) return 'No messages in the last hour.';
  const total = (minute: MinuteView) => minute.received + minute.sent;
  const busiest = minutes.reduce((most, minute) => (total(minute) > total(most) ? minute : most));
  const at = clockText(busiest.at);
  return `${received} received and ${sent} sent in the last hour; most at ${at} (${total(busiest)}).`;
}

/** The time of day, as the person's system writes it. */
export function clockText(date: Date): string {
  return date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** The day, as the person's system writes it: "8 December 2026". */
export function dateText(date: Date): string {
  return date.toLocaleDateString(undefined, { dateStyle: 'long' });
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
