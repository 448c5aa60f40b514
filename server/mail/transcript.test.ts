import { expect, it } from 'vitest';
import { Recording, readTranscript } from './transcript.ts';

const read = (recording: Recording) =>
  readTranscript({
    session: 'S',
    direction: 'incoming',
    host: '192.0.2.1',
    startedAt: recording.startedAt,
    endedAt: recording.startedAt + 1000,
    lines: recording.toString(),
  });
const shown = (recording: Recording) => read(recording).lines.map(({ by, text }) => `${by}: ${text}`);

it('gives back what was said, by whom and when', () => {
  const recording = new Recording();
  expect(recording.isEmpty).toBe(true);
  recording.note('Encrypted');
  recording.server('220 mail.test ESMTP');
  recording.client('EHLO client.test');
  let bytes = 0;
  recording.content(() => bytes);
  bytes = 5120;
  recording.server('');
  expect(recording.isEmpty).toBe(false);
  expect(shown(recording)).toEqual([
    'note: Encrypted',
    'server: 220 mail.test ESMTP',
    'client: EHLO client.test',
    'client: … 5,120 bytes of content',
    'server: ',
  ]);
  const { lines, ...rest } = read(recording);
  expect(rest).toEqual({
    session: 'S',
    direction: 'incoming',
    host: '192.0.2.1',
    startedAt: new Date(recording.startedAt),
    endedAt: new Date(recording.startedAt + 1000),
  });
  for (const { ms } of lines) expect(ms).toBeGreaterThanOrEqual(0);
});

it('tells how much came of a message that had no end', () => {
  const recording = new Recording();
  recording.content(() => 7);
  expect(shown(recording)).toEqual(['client: … 7 bytes of content']);
  expect(shown(recording)).toEqual(['client: … 7 bytes of content']);
});

it.each([
  ['a line that would forge another', 'x\n9 S 250 Ok', 'x 9 S 250 Ok'],
  ['what steers a terminal', 'x\u001b[2Jy', 'x [2Jy'],
  ['a line that has no end', 'x'.repeat(5000), `${'x'.repeat(1000)}…`],
])('tames %s', (_, text, expected) => {
  const recording = new Recording();
  recording.client(text);
  expect(shown(recording)).toEqual([`client: ${expected}`]);
});

it('keeps beginning and end of a long dialogue, and counts what is between', () => {
  const recording = new Recording();
  for (let number = 0; number < 2000; number++) recording.client(`line ${number}`);
  expect(recording.toString().length).toBeLessThan(16_500);
  const lines = shown(recording);
  const cut = lines.findIndex((line) => line.startsWith('note: …'));
  const dropped = Number(/\d+/.exec(lines[cut] ?? '')?.[0]);
  expect(lines[0]).toBe('client: line 0');
  expect(lines.at(-1)).toBe('client: line 1999');
  expect(lines[cut - 1]).toBe(`client: line ${cut - 1}`);
  expect(lines[cut + 1]).toBe(`client: line ${cut + dropped}`);
  expect(lines.length - 1 + dropped).toBe(2000);
  expect(cut).toBeGreaterThan(300);
  expect(lines.length - cut).toBeGreaterThan(150);
});

it('loses nothing of a dialogue that just fits', () => {
  const recording = new Recording();
  for (let number = 0; number < 600; number++) recording.client(`line ${number}`);
  expect(shown(recording)).toEqual(Array.from({ length: 600 }, (_, number) => `client: line ${number}`));
});

it('leaves out what is no line', () => {
  const given = { session: 'S', direction: 'incoming', host: '', startedAt: 0, endedAt: 0 } as const;
  expect(readTranscript({ ...given, lines: '' }).lines).toEqual([]);
  expect(readTranscript({ ...given, lines: 'nonsense\n5 C hello\nx S y\n' }).lines).toEqual([
    { ms: 5, by: 'client', text: 'hello' },
  ]);
});
