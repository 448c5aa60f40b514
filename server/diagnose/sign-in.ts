/** The ways to sign in (RFC 4954) that deliveries know as well, in their order. No secret is noted. */
import { createHmac } from 'node:crypto';
import type { SmtpReply } from '../mail/reply.ts';
import { type Dialogue, HIDDEN } from './dialogue.ts';

const MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/** The one that a delivery would take; undefined where it knows none of those offered. */
export function chooseMechanism(offered: readonly string[]): Mechanism | undefined {
  return MECHANISMS.find((one) => offered.includes(one));
}

/** Signs in. Resolves to the server's last word; rejects with TimedOut or HungUp. @param ms for each answer */
export async function signIn(
  dialogue: Dialogue,
  mechanism: Mechanism,
  { user, password }: { readonly user: string; readonly password: string },
  ms: number,
): Promise<SmtpReply> {
  const plain = base64(`\0${user}\0${password}`);
  dialogue.hide(plain, password, base64(password));
  switch (mechanism) {
    case 'PLAIN':
      return dialogue.command(`AUTH PLAIN ${plain}`, ms, `AUTH PLAIN ${HIDDEN}`);
    case 'LOGIN':
      return inTurn(dialogue, 'AUTH LOGIN', [() => base64(user), () => base64(password)], ms);
    case 'CRAM-MD5':
      return inTurn(dialogue, 'AUTH CRAM-MD5', [(challenge) => cramMd5(challenge, user, password)], ms);
  }
}

/** Gives each answer to a challenge; any other reply than one ends it. */
async function inTurn(
  dialogue: Dialogue,
  command: string,
  answers: readonly ((challenge: string) => string)[],
  ms: number,
): Promise<SmtpReply> {
  let reply = await dialogue.command(command, ms);
  for (const answer of answers) {
    if (reply.code !== 334) return reply;
    reply = await dialogue.command(answer(reply.text), ms, HIDDEN);
  }
  return reply;
}

/** The answer to a challenge in base64 (RFC 2195 section 2). */
function cramMd5(challenge: string, user: string, password: string): string {
  const digest = createHmac('md5', password).update(Buffer.from(challenge, 'base64')).digest('hex');
  return base64(`${user} ${digest}`);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
