/** What is kept of a queued recipient's last attempt, and whether its sender is to hear of a delay. Pure. */
import type { HopReport, Recipient } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';

/** How the last attempt ended: when, in ms since 1970, and what the hops said in their order. */
export interface LastAttempt {
  readonly at: number;
  readonly reports: readonly HopReport[];
}

/** What the hops said, in one line. */
export function repliesText(reports: readonly HopReport[]): string {
  return reports
    .map(({ hop, host, reply }) => {
      const who = hop === 'smarthost' ? `SmartHost ${host}`.trim() : host;
      return who === '' || reply.code === 0 ? replyText(reply) : `${who} said: ${replyText(reply)}`;
    })
    .join(' Then: ');
}

/** Without NOTIFY, delays are reported (RFC 3461 section 4.1); to a null sender nothing is. */
export function asksForNotice(sender: string, { notify }: Pick<Recipient, 'notify'>): boolean {
  return sender !== '' && (notify === null || notify.includes('DELAY'));
}
