/** The log in plain words. Pure. */
import type { TranscriptLine, TranscriptView } from '../../server/contract/log.ts';
import type { LogKind, LogLevel, LogView } from '../../server/contract/views.ts';
import type { Choices } from './filter.ts';
import type { Group, Grouping } from './groups.ts';

export const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = {
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
};

export const KIND_NAMES: Readonly<Record<LogKind, string>> = {
  session: 'Session',
  message: 'Message',
  delivery: 'Delivery',
  server: 'Server',
};

export const SCOPE_NAMES: Readonly<Record<Choices['scope'], string>> = {
  everywhere: 'Everywhere',
  address: 'Address',
  host: 'Host',
  message: 'Message ID',
};

export const SPAN_NAMES: Readonly<Record<Choices['span'], string>> = {
  all: 'Any time',
  hour: 'Last hour',
  today: 'Today',
  range: 'Between…',
};

export const SEVERITY_NAMES: Readonly<Record<Choices['severity'], string>> = {
  all: 'All levels',
  warnings: 'Warnings and errors',
  errors: 'Errors only',
};

export const KIND_CHOICES: Readonly<Record<LogKind | 'all', string>> = {
  all: 'All kinds',
  session: 'Sessions',
  message: 'Messages',
  delivery: 'Deliveries',
  server: 'Server',
};

export const GROUP_NAMES: Readonly<Record<Group['what'], string>> = {
  session: 'Session',
  attempt: 'Attempt',
  message: 'Message',
};

export const GROUPING_NAMES: Readonly<Record<Grouping, string>> = {
  none: 'Not grouped',
  session: 'By session',
  message: 'By message',
};

/** The time of day to the second, the same width for all: `14:02:11`. */
export function clock(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}

/** `2026-11-22 14:02:11`, as files and clipboards are sorted by. */
export function stamp(at: Date): string {
  return `${[at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')} ${clock(at)}`;
}

/** A day as its reader writes it: "Sunday, 22 November 2026". */
export function dayText(at: Date): string {
  return at.toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

/** When a group was: `14:02:11`, or from when to when. */
export function spanText({ entries }: Group): string {
  const [first, last] = [entries[0], entries.at(-1)].map((entry) => (entry ? clock(entry.at) : ''));
  return first === last ? `${last}` : `${first} – ${last}`;
}

/** One entry on one line, for the clipboard and for files. */
export function entryLine({ at, level, kind, session, message, host, address, text }: LogView): string {
  const about = [
    session && `session ${session}`,
    message && `message ${message}`,
    host && `host ${host}`,
    address && `address ${address}`,
  ].filter((part) => part !== '');
  const words = [LEVEL_NAMES[level].padEnd(7), KIND_NAMES[kind].padEnd(8), oneLine(text)].join('  ');
  return `${stamp(at)}  ${words}${about.length > 0 ? `  [${about.join(', ')}]` : ''}`;
}

/** "1 entry", "12,345 entries". */
export function countText(count: number): string {
  return count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`;
}

/** Seconds since a dialogue began: `+0.012`. */
export function offsetText(ms: number): string {
  return `+${(ms / 1000).toFixed(3)}`;
}

/** A dialogue as it is shown, for the clipboard. */
export function transcriptText({ session, direction, host, startedAt, lines }: TranscriptView): string {
  const peer = direction === 'incoming' ? `from ${host}` : `to ${host || 'nobody'}`;
  const said = lines.map(({ ms, by, text }) => `${offsetText(ms)}  ${SIGNS[by]}${text}`);
  return [`${stamp(startedAt)}  ${session} ${peer}`, ...said, ''].join('\n');
}

const SIGNS: Readonly<Record<TranscriptLine['by'], string>> = { client: 'C: ', server: 'S: ', note: '' };

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
