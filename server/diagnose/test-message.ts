/** A short message that says what it is, on its way through a session that is open. */
import { parseAddress } from '../mail/address.ts';
import type { SmtpReply } from '../mail/reply.ts';
import { mailRefused } from './smart-host-advice.ts';

export interface TestMessage {
  readonly to: string;
  /** Who is signed in, if anybody; where that is an address, the message is from it. */
  readonly user: string | undefined;
  /** Our name. */
  readonly helo: string;
  /** Says a command; resolves to its reply. */
  readonly say: (line: string) => Promise<SmtpReply>;
  /** Sends the message, final dot and all; resolves to the reply to it. */
  readonly content: (text: string) => Promise<SmtpReply>;
}

/** Sends it. Resolves to the last reply; throws `StepFailed` when something was refused. */
export async function sendTestMessage(message: TestMessage): Promise<SmtpReply> {
  const { to, user = '', helo, say, content } = message;
  const isSignedIn = message.user !== undefined;
  const from = senderFor(user, helo);
  const expect = (reply: SmtpReply, kind: 2 | 3, what: Parameters<typeof mailRefused>[0], whom: string) => {
    if (Math.floor(reply.code / 100) !== kind) throw mailRefused(what, whom, reply, isSignedIn);
    return reply;
  };
  expect(await say(`MAIL FROM:<${from}>`), 2, 'sender', from);
  expect(await say(`RCPT TO:<${to}>`), 2, 'recipient', to);
  expect(await say('DATA'), 3, 'data', '');
  return expect(await content(textOf(from, to, helo)), 2, 'message', '');
}

/** The account where it is an address that needs no extension; else a role that every domain has. */
function senderFor(user: string, helo: string): string {
  return parseAddress(user) && /^[\x21-\x7e]+$/.test(user) ? user : `postmaster@${helo}`;
}

function textOf(from: string, to: string, helo: string): string {
  return [
    `From: Waypost <${from}>`,
    `To: <${to}>`,
    'Subject: A test from Waypost',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <test.${Date.now()}@${helo}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Auto-Submitted: auto-generated',
    '',
    `Somebody pressed Test in Waypost on ${helo}, and this message came by its SmartHost.`,
    'Nothing has to be done.',
    '.',
    '',
  ].join('\r\n');
}
