/**
 * What a hostile client says: a dialogue that follows the grammar, damaged here and there, then cut into pieces. Most
 * of it is right, so that damage is met in every state of a session and not only at its first command.
 */
import type { Dice } from '../dice.ts';
import { VARIANTS } from './smuggling.ts';

/** One thing to do on a connection. */
export type Step =
  | { readonly send: Buffer }
  | { readonly waitMs: number }
  | { readonly end: 'close' | 'half' | 'reset' }
  | { readonly tls: true };

export interface People {
  readonly address: string;
  readonly password: string;
}

const LINE_ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\0\r\n', '\n\r'];
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\t',
  '%s%n',
  '../../etc/passwd',
  "' OR 1=1 --",
  '\u{1f4a5}',
  '=?utf-8?q?=00?=',
];
const toBase64 = (text: string) => Buffer.from(text).toString('base64');

function long(random: Dice): string {
  return random.pick(['a', '<', '(', '@', ' ', '\0', '.', 'é']).repeat(random.pick([70, 300, 1024, 20_000]));
}

function address(random: Dice, { address: real }: People): string {
  const odd = random.pick([
    ...ODD_TEXTS,
    long(random),
    'a@b',
    '@',
    'a@[127.0.0.1]',
    '"a b"@c.test',
    'ä@ö.test',
  ]);
  return random.chance(0.7) ? real : odd;
}

function mail(random: Dice, people: People): string {
  const parameters = [
    '',
    '',
    ' SIZE=1000',
    ' SIZE=-1',
    ` SIZE=${'9'.repeat(40)}`,
    ' BODY=8BITMIME',
    ' SMTPUTF8',
  ];
  const from = random.chance(0.6) ? '' : address(random, people);
  return `MAIL FROM:<${from}>${random.pick([...parameters, ' RET=HDRS ENVID=x+2B', ' FOO=BAR', ' SIZE', ' =='])}`;
}

function rcpt(random: Dice, people: People): string {
  const parameters = [
    '',
    '',
    ' NOTIFY=NEVER',
    ' NOTIFY=SUCCESS,DELAY',
    ' ORCPT=rfc822;a',
    ' NOTIFY=NEVER,NEVER',
  ];
  return `RCPT TO:<${address(random, people)}>${random.pick(parameters)}`;
}

function content(random: Dice): string {
  const { bytes } = random.pick(VARIANTS);
  const header = random.pick([
    'Subject: fuzz\r\n',
    '',
    'X: '.repeat(500),
    ':\r\n',
    `Subject: ${long(random)}\r\n`,
  ]);
  const body = random.pick(['\r\nshort', `\r\n${bytes}`, `\r\n${long(random)}\r\n.${long(random)}`, '']);
  const received = random.chance(0.1) ? 'Received: x\r\n'.repeat(60) : '';
  return received + header + body + random.pick(['\r\n.\r\n', '\r\n.\r\n', '\r\n.\r\n', '', '\n.\n']);
}

function smtpLines(random: Dice, people: People): string[] {
  const auth = [
    `AUTH PLAIN ${toBase64(`\0${people.address}\0${people.password}`)}`,
    'AUTH PLAIN',
    'AUTH PLAIN =',
    `AUTH LOGIN ${toBase64(people.address)}`,
    `AUTH ${long(random)}`,
    '*',
    toBase64(people.password),
  ];
  const others = [
    'NOOP',
    'RSET',
    'VRFY x',
    'HELP',
    'EXPN',
    'QUIT',
    'BDAT 5 LAST',
    'STARTTLS',
    'GET / HTTP/1.1',
  ];
  const lines = [random.pick(['EHLO fuzz', 'EHLO fuzz', 'HELO fuzz', `EHLO ${long(random)}`, 'EHLO'])];
  for (let count = random.below(4); count >= 0; count--) {
    if (random.chance(0.2)) lines.push(random.pick(auth));
    lines.push(mail(random, people), rcpt(random, people));
    if (random.chance(0.3)) lines.push(rcpt(random, people));
    if (random.chance(0.3)) lines.push(random.pick([...others, random.pick(ODD_TEXTS), long(random)]));
    if (random.chance(0.7)) lines.push('DATA', content(random));
  }
  if (random.chance(0.5)) lines.push('QUIT');
  return lines;
}

function pop3Lines(random: Dice, people: People): string[] {
  const signIn = random.pick([
    [`USER ${people.address}`, `PASS ${people.password}`],
    [`AUTH PLAIN ${toBase64(`\0${people.address}\0${people.password}`)}`],
    ['AUTH PLAIN', long(random)],
    [`USER ${long(random)}`, 'PASS'],
    ['PASS x', 'USER'],
  ]);
  const number = () =>
    random.pick(['1', '2', '0', '-1', '999999999', '9'.repeat(30), '', 'x', '1 1', '1 -1']);
  const verbs = ['STAT', 'LIST', 'UIDL', 'RETR', 'TOP', 'DELE', 'NOOP', 'RSET', 'CAPA', 'STLS', 'XYZ', ''];
  const lines = [...signIn];
  for (let count = random.below(12); count >= 0; count--) {
    const line = `${random.pick(verbs)} ${number()}`;
    lines.push(random.chance(0.1) ? long(random) : line);
  }
  if (random.chance(0.5)) lines.push('QUIT');
  return lines;
}

/** Flips, drops, doubles or inserts a few bytes. */
function damage(random: Dice, bytes: Buffer): Buffer {
  const damaged = [...bytes];
  for (let count = random.below(4); count >= 0 && damaged.length > 0; count--) {
    const at = random.below(damaged.length);
    const what = random.below(4);
    if (what === 0) damaged[at] = random.below(256);
    else if (what === 1) damaged.splice(at, 1 + random.below(5));
    else if (what === 2) damaged.splice(at, 0, ...damaged.slice(at, at + random.below(30)));
    else damaged.splice(at, 0, ...randomBytes(random, 1 + random.below(8)));
  }
  return Buffer.from(damaged);
}

function chopped(random: Dice, bytes: Buffer): Step[] {
  if (random.chance(0.4)) return [{ send: bytes }];
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.pick([3, 40, 2000]));
    steps.push({ send: bytes.subarray(at, at + size) });
    if (random.chance(0.1)) steps.push({ waitMs: random.below(10) });
    at += size;
    // The rest at once, or a long message would take all of the time there is.
    if (steps.length > 200) {
      steps.push({ send: bytes.subarray(at) });
      break;
    }
  }
  return steps;
}

/** Any bytes at all. */
export function randomBytes(random: Dice, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.below(256)));
}

/** A whole connection: what to do, one after the other. */
export function dialogue(random: Dice, protocol: 'smtp' | 'pop3', people: People): Step[] {
  const end = { end: random.pick(['close', 'close', 'half', 'reset'] as const) };
  if (random.chance(0.1)) return [...chopped(random, randomBytes(random, 1 + random.below(5000))), end];
  const lines = protocol === 'smtp' ? smtpLines(random, people) : pop3Lines(random, people);
  const steps: Step[] = [];
  if (random.chance(0.5)) steps.push({ waitMs: 110 });
  for (const line of lines) {
    const whole = Buffer.from(line + random.pick(LINE_ENDS));
    steps.push(...chopped(random, random.chance(0.15) ? damage(random, whole) : whole));
    if (random.chance(0.2)) steps.push({ waitMs: random.below(15) });
    if ((line === 'STARTTLS' || line.startsWith('STLS')) && random.chance(0.8)) steps.push({ tls: true });
  }
  return [...steps, end];
}
