/**
 * What a person should hear of without looking: pure rules over what is true now and what was said before. Each
 * trouble is told once when it begins, not while it lasts, and again only when it comes back.
 */
import { endpointText } from '../server/contract/listeners.ts';
import { DAMAGE_TEXT, stuckText } from '../server/contract/status-words.ts';
import type { StatusView } from '../server/contract/views.ts';
import type { Tab } from './window.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  /** The tab that helps. */
  readonly tab: Tab;
}

/** What was said, by the name of each trouble. */
export type Said = ReadonlySet<string>;

interface Trouble {
  readonly name: string;
  readonly notice: Notice;
}

/** Days before its end at which a certificate is spoken of. */
const CERTIFICATE_DAYS = 14;
const DAY_MS = 86_400_000;

/** The notices that are due, and what counts as said from now on. @param now in ms since 1970 */
export function dueNotices(
  status: StatusView,
  said: Said,
  now: number,
): { readonly notices: readonly Notice[]; readonly said: Said } {
  const troubles = [
    ...damagedMail(status),
    ...failedListeners(status),
    ...stuckMail(status),
    ...endingCertificate(status, now),
  ];
  return {
    notices: troubles.filter(({ name }) => !said.has(name)).map(({ notice }) => notice),
    said: new Set(troubles.map(({ name }) => name)),
  };
}

function damagedMail({ storage: { damage } }: StatusView): Trouble[] {
  if (damage === null) return [];
  return [{ name: 'damage', notice: { title: DAMAGE_TEXT, body: damage, tab: 'status' } }];
}

function failedListeners({ listeners }: StatusView): Trouble[] {
  return listeners
    .filter(({ state }) => state === 'failed')
    .map((listener) => ({
      name: `listener ${endpointText(listener)}`,
      notice: {
        title: `Waypost can’t receive on ${endpointText(listener)}`,
        body: `${listener.reason ?? 'The port could not be opened.'} Waypost tries again by itself.`,
        tab: 'status',
      },
    }));
}

function stuckMail(status: StatusView): Trouble[] {
  const { stuck } = status.queue;
  if (stuck === 0) return [];
  const what = stuck === 1 ? '1 recipient has' : `${stuck} recipients have`;
  return [
    {
      name: 'stuck',
      notice: {
        title: 'Mail is stuck',
        body: `${what} been waiting ${stuckText(status)}. Waypost keeps trying; the window says why.`,
        tab: 'status',
      },
    },
  ];
}

function endingCertificate({ certificate: { expiresAt, own } }: StatusView, now: number): Trouble[] {
  // Waypost's own is made anew by itself.
  if (own) return [];
  const days = Math.floor((expiresAt.getTime() - now) / DAY_MS);
  if (days >= CERTIFICATE_DAYS) return [];
  const isOver = expiresAt.getTime() <= now;
  const when = days < 1 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return [
    {
      name: isOver ? 'certificate over' : 'certificate ending',
      notice: {
        title: isOver ? 'The certificate has expired' : `The certificate expires ${when}`,
        body: 'Mail programs and other servers will refuse it. Renew it, or name another under Advanced.',
        tab: 'connections',
      },
    },
  ];
}
