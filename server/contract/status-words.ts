/** What a status means, in the words that window, tray and command line share. Pure. */
import { endpointText } from './listeners.ts';
import type { Direction, StatusView } from './views.ts';

const DAY_MS = 86_400_000;

/** How long before its end a certificate is spoken of, in days. */
const NOTICE_DAYS = 14;

const PAUSED: Readonly<Record<Direction, string>> = {
  incoming: 'Receiving is paused',
  outgoing: 'Sending is paused',
};

/** That the mail's database is damaged, where there is no room for more. */
export const DAMAGE_TEXT = 'The database of the mail is damaged';

/** What is paused: "Receiving is paused", "Sending is paused". */
export function pauseTexts({ paused }: Pick<StatusView, 'paused'>): string[] {
  return (['incoming', 'outgoing'] as const).filter((one) => paused[one]).map((one) => PAUSED[one]);
}

/** How long mail that is stuck has waited: "for more than 4 hours". */
export function stuckText({ stuckAfterHours: hours }: Pick<StatusView, 'stuckAfterHours'>): string {
  return `for more than ${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}

/** What is wrong with the stored files, and the way out. */
export function storageTexts({ storage }: Pick<StatusView, 'storage'>): string[] {
  return [storage.damage, storage.logPutAside].filter((text) => text !== null);
}

/** How things are, in one line, and whether that is as it should be. */
export function statusText(status: StatusView): { readonly good: boolean; readonly parts: string[] } {
  const { listeners, incoming, outgoing, paused, queue, storage } = status;
  const open = listeners.filter(({ state }) => state === 'listening');
  const failed = listeners.filter(({ state }) => state === 'failed');
  const ports = [...new Set(open.map(({ port }) => port))];
  const waiting = queue.due + queue.deferred;
  const pauses = pauseTexts(status);
  return {
    good:
      failed.length === 0 &&
      open.length > 0 &&
      pauses.length === 0 &&
      queue.stuck === 0 &&
      storage.damage === null,
    parts: [
      ...(storage.damage === null ? [] : [DAMAGE_TEXT]),
      ...failed.map((listener) => `${capital(endpointText(listener))} is not open`),
      ...pauses,
      // Open ports mean little while everybody is sent away from them.
      ...(paused.incoming ? [] : [ports.length > 0 ? `Listening on ${joined(ports)}` : 'Not listening']),
      `${incoming.now} in`,
      `${outgoing.now} out`,
      queue.stuck > 0 ? `${waiting} waiting, ${queue.stuck} ${stuckText(status)}` : `${waiting} waiting`,
      ...(queue.held > 0 ? [`${queue.held} held`] : []),
    ],
  };
}

/** "25", "25 and 587", "25, 587 and 110". */
function joined(ports: readonly number[]): string {
  return ports.length < 3 ? ports.join(' and ') : `${ports.slice(0, -1).join(', ')} and ${ports.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * That the certificate is about to expire, or has expired, and what to do; undefined while there is nothing to
 * say, or nobody who would see it. @param dateText writes a day as its reader does
 */
export function certificateText(
  { certificate, listeners }: Pick<StatusView, 'certificate' | 'listeners'>,
  now: Date,
  dateText: (date: Date) => string,
): string | undefined {
  const { expiresAt, own } = certificate;
  const left = expiresAt.getTime() - now.getTime();
  const isShown = listeners.some(({ security }) => security !== 'none');
  if (!isShown || left > NOTICE_DAYS * DAY_MS) return undefined;
  const when = `${left > 0 ? 'expires' : 'expired'} on ${dateText(expiresAt)}`;
  if (own) {
    const soon =
      left > 0 ? 'The day before, Waypost makes a new one' : 'Waypost makes a new one within the hour';
    return `The certificate that Waypost made ${when}. ${soon}, which mail programs ask you to confirm once.`;
  }
  const todo = left > 0 ? 'Renew its files before that' : 'Mail programs may refuse it: renew its files';
  return `The certificate ${when}. ${todo}; Waypost takes up new ones within the hour.`;
}
