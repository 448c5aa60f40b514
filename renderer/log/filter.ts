/** What of the log is shown: as a person chooses it, and as the engine is asked for it. Pure. */
import type { LogFilter } from '../../server/contract/log.ts';
import type { LogKind } from '../../server/contract/views.ts';

/** Where the text is looked for. */
export const scopes = ['everywhere', 'address', 'host', 'message'] as const;
export const spans = ['all', 'hour', 'today', 'range'] as const;
export const severities = ['all', 'warnings', 'errors'] as const;

export interface Choices {
  readonly text: string;
  readonly scope: (typeof scopes)[number];
  readonly span: (typeof spans)[number];
  /** The ends of a range, as a field for local date and time has them; '' is open. */
  readonly from: string;
  readonly to: string;
  readonly severity: (typeof severities)[number];
  readonly kind: LogKind | 'all';
}

export const EVERYTHING: Choices = {
  text: '',
  scope: 'everywhere',
  span: 'all',
  from: '',
  to: '',
  severity: 'all',
  kind: 'all',
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What to ask the engine for at the time `now`. */
export function filterOf(choices: Choices, now: Date): LogFilter {
  const { scope, severity, kind } = choices;
  const text = choices.text.trim();
  const field = scope === 'everywhere' ? 'text' : scope;
  // Ids are in capitals, and nobody should have to type them so.
  const wanted = scope === 'message' ? text.toUpperCase() : text;
  return {
    ...(text === '' ? {} : { [field]: wanted }),
    ...(kind === 'all' ? {} : { kinds: [kind] }),
    ...(severity === 'warnings' ? { levels: ['warning', 'error'] } : {}),
    ...(severity === 'errors' ? { levels: ['error'] } : {}),
    ...times(choices, now),
  };
}

/** Whether anything is left out. */
export function isFiltered(choices: Choices): boolean {
  const { text, span, severity, kind, from, to } = choices;
  const hasRange = span === 'range' && (from !== '' || to !== '');
  return (
    text.trim() !== '' ||
    severity !== 'all' ||
    kind !== 'all' ||
    (span !== 'all' && span !== 'range') ||
    hasRange
  );
}

function times({ span, from, to }: Choices, now: Date): Pick<LogFilter, 'from' | 'to'> {
  switch (span) {
    case 'all':
      return {};
    case 'hour':
      return { from: new Date(now.getTime() - HOUR_MS) };
    case 'today':
      return { from: new Date(now.getFullYear(), now.getMonth(), now.getDate()) };
    case 'range': {
      const [first, last] = [timeOf(from), timeOf(to)];
      // The field knows minutes, and the whole of the last one is meant.
      const end = last && new Date(last.getTime() + (/:\d\d:/.test(to) ? 1000 : MINUTE_MS) - 1);
      return { ...(first ? { from: first } : {}), ...(end ? { to: end } : {}) };
    }
  }
}

function timeOf(field: string): Date | undefined {
  const time = new Date(field);
  return field === '' || Number.isNaN(time.getTime()) ? undefined : time;
}
