/** Mail to and through the service under test. */
import { type SendMailOptions, type SendMailResult, sendMail } from '../server/testing/send-mail.ts';
import { ANNA, type Service } from './service.ts';

export const BODY = 'Subject: hello\r\n\r\nText\r\n';

/** Sends from Anna, without signing in, to the primary port. */
export function send(
  { port }: Pick<Service, 'port'>,
  to: string | string[],
  more: Partial<SendMailOptions> = {},
): Promise<SendMailResult> {
  return sendMail({ port, from: ANNA.address, to, body: BODY, ...more });
}

/** A zone in which the named domains have their mail taken at 127.0.0.1. */
export function zoneOf(...domains: string[]) {
  return Object.fromEntries([
    ...domains.map((domain) => [domain, { MX: [{ preference: 10, exchange: 'mx.test' }] }] as const),
    ['mx.test', { A: ['127.0.0.1'] }] as const,
  ]);
}
