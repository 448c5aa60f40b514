/** What the tray says: icon, tooltip and menu, from the whole state. Pure; `tray.ts` shows it. */
import { endpointText, isIncoming } from '../server/contract/listeners.ts';
import { DAMAGE_TEXT, statusText, stuckText } from '../server/contract/status-words.ts';
import type { Direction, ListenerView, StatusView } from '../server/contract/views.ts';

/**
 * - `stopped`: nobody can deliver mail here: no listener is open, or receiving is paused, or it is just starting.
 * - `stuck`: mail has been waiting for too long, or its database is damaged.
 * - `partly`: a listener that should be open is not, or sending is paused.
 * - `listening`: all is as the settings say.
 */
export type TrayIcon = 'listening' | 'partly' | 'stopped' | 'stuck';

export interface TrayFacts {
  /** Undefined until the engine has started. */
  readonly status: StatusView | undefined;
  /** Waypost is ending. */
  readonly quitting: boolean;
  /** Whether it starts at login; undefined where that can't be set. */
  readonly startsAtLogin: boolean | undefined;
}

export type TrayAction =
  | { readonly do: 'open'; readonly tab?: 'status' }
  | { readonly do: 'pause' | 'resume'; readonly direction: Direction }
  | { readonly do: 'start at login'; readonly on: boolean }
  | { readonly do: 'quit' };

export type TrayEntry =
  | 'separator'
  | {
      readonly label: string;
      /** Undefined for a line that only tells something. */
      readonly action?: TrayAction;
      /** Undefined for an entry that is no checkbox. */
      readonly checked?: boolean;
    };

export interface TrayState {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  readonly menu: readonly TrayEntry[];
}

/** Windows cuts a tooltip off after so many characters. */
const LONGEST_TOOLTIP = 127;

export function trayState(facts: TrayFacts): TrayState {
  const { status, quitting } = facts;
  if (quitting) return { icon: 'stopped', tooltip: 'Waypost is ending…', menu: QUITTING };
  if (!status) return { icon: 'stopped', tooltip: 'Waypost is starting…', menu: [OPEN, 'separator', QUIT] };
  return {
    icon: trayIcon(status),
    tooltip: shortened(['Waypost', ...statusText(status).parts].join(' · ')),
    menu: menu(status, facts),
  };
}

function trayIcon({ listeners, paused, queue, storage }: StatusView): TrayIcon {
  const isOpen = ({ state }: ListenerView) => state === 'listening';
  if (!listeners.filter(isIncoming).some(isOpen) || paused.incoming) return 'stopped';
  if (queue.stuck > 0 || storage.damage !== null) return 'stuck';
  return listeners.every(isOpen) && !paused.outgoing ? 'listening' : 'partly';
}

const OPEN: TrayEntry = { label: 'Open Waypost', action: { do: 'open' } };
const QUIT: TrayEntry = { label: 'Quit Waypost', action: { do: 'quit' } };
const QUITTING: readonly TrayEntry[] = [
  { label: 'Waypost finishes what is under way…' },
  { label: 'Quit Now', action: { do: 'quit' } },
];

function menu(status: StatusView, { startsAtLogin }: TrayFacts): TrayEntry[] {
  const { listeners, paused, queue, storage } = status;
  const told: TrayAction = { do: 'open', tab: 'status' };
  return [
    OPEN,
    'separator',
    ...(storage.damage === null ? [] : [{ label: DAMAGE_TEXT, action: told }]),
    ...(listeners.length === 0 ? [{ label: 'No port is open', action: told }] : []),
    ...listeners.map((listener) => ({ label: listenerLine(listener), action: told })),
    { label: queueLine(queue), action: told },
    ...(queue.stuck > 0 ? [{ label: `${queue.stuck} waiting ${stuckText(status)}`, action: told }] : []),
    'separator',
    switchEntry('Receiving', 'incoming', paused.incoming),
    switchEntry('Sending', 'outgoing', paused.outgoing),
    'separator',
    ...(startsAtLogin === undefined
      ? []
      : [
          {
            label: 'Start at Login',
            checked: startsAtLogin,
            action: { do: 'start at login', on: !startsAtLogin } as const,
          },
        ]),
    QUIT,
  ];
}

function listenerLine(listener: ListenerView): string {
  const where = capital(endpointText(listener));
  return listener.state === 'listening' ? `${where}: listening` : `${where}: not open`;
}

function queueLine({ due, deferred, held }: StatusView['queue']): string {
  const waiting = due + deferred;
  const parts = [waiting === 0 ? 'empty' : `${waiting} waiting`, ...(held > 0 ? [`${held} held`] : [])];
  return `Queue: ${waiting === 0 && held > 0 ? parts[1] : parts.join(', ')}`;
}

function switchEntry(what: string, direction: Direction, isPaused: boolean): TrayEntry {
  return isPaused
    ? { label: `Resume ${what}`, action: { do: 'resume', direction } }
    : { label: `Pause ${what}`, action: { do: 'pause', direction } };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shortened(text: string): string {
  return text.length <= LONGEST_TOOLTIP ? text : `${text.slice(0, LONGEST_TOOLTIP - 1)}…`;
}
