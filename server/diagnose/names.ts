/** What a diagnosis asks of DNS; deliveries ask the same way, so that the answer is the one that counts. */
import type { SmtpReply } from '../mail/reply.ts';

export type Resolved =
  | {
      readonly kind: 'hosts';
      readonly hosts: readonly { readonly name: string; readonly addresses: readonly string[] }[];
    }
  | { readonly kind: 'final' | 'temporary'; readonly reply: SmtpReply };

export interface NameService {
  /** The addresses of one host: a name or an IP address. */
  resolveHost(name: string): Promise<Resolved>;
  /** The hosts that take the mail of a domain. */
  resolveMail(domain: string): Promise<Resolved>;
}
