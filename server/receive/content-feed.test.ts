import { SMTPStream } from 'smtp-server/lib/smtp-stream';
import { describe, expect, it } from 'vitest';
import { feedContent } from './content-feed.ts';

interface Outcome {
  readonly content: string;
  readonly commands: readonly string[];
  readonly bytes: number;
}

/** Sends `DATA`, then the chunks, through a parser: the library's own, or with our way through the content. */
async function parse(
  chunks: readonly Buffer[],
  ours: boolean,
  heard: (part: Buffer) => void = () => {},
): Promise<Outcome> {
  const parser = new SMTPStream();
  if (ours) parser._feedDataStream = (chunk, done) => feedContent(parser, chunk, done);
  const content: Buffer[] = [];
  const commands: string[] = [];
  let bytes = 0;
  parser.oncommand = (command, next) => {
    commands.push(command.toString('latin1'));
    if (commands.length === 1) {
      const stream = parser.startDataMode();
      stream.on('data', (chunk: Buffer) => {
        content.push(chunk);
        heard(chunk);
      });
      stream.on('end', () => {
        bytes = stream.byteLength;
        parser.continue();
      });
    }
    next?.();
  };
  parser.write('DATA\r\n');
  for (const chunk of chunks)
    await new Promise<void>((resolve) => {
      // A parser that waits for room calls back later; one at the end of the content, once it may go on.
      parser.write(chunk, () => resolve());
    });
  return { content: Buffer.concat(content).toString('latin1'), commands: commands.slice(1), bytes };
}

function cut(text: string, at: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...at, bytes.length];
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter((part) => part.length > 0);
}

/** A generator of numbers below `below` that says the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

describe('the content of a message', () => {
  it.each([
    ['an empty one', '.\r\n', ''],
    ['one without dots', 'a\r\nb\r\n.\r\n', 'a\r\nb\r\n'],
    ['dots that were put in', '..a\r\n...\r\n..\r\nb..\r\n.\r\n', '.a\r\n..\r\n.\r\nb..\r\n'],
    ['a dot nobody put in', '.a\r\n.b\r\n.\r\n', '.a\r\n.b\r\n'],
    ['ends that are none', 'a\n.\nb\r.\rc\n.\r\nd\r\n.\ne\r\n.\r\n', 'a\n.\nb\r.\rc\n.\r\nd\r\n.\ne\r\n'],
  ])('is passed on as it is meant: %s', async (_what, sent, meant) => {
    for (let at = 1; at < sent.length; at++) {
      const outcome = await parse(cut(`${sent}NOOP\r\n`, [at]), true);
      expect(outcome).toEqual({ content: meant, commands: ['NOOP'], bytes: meant.length });
    }
  });

  it('is what smtp-server makes of it, whatever it is and however it is cut', async () => {
    const pieces = [
      '\r\n',
      '\r\n.',
      '\r\n..',
      '.',
      '..',
      '\n',
      '\n.',
      '\r',
      '\r\n.\n',
      '\n.\r\n',
      'a',
      'bc',
      '\0',
    ];
    for (let seed = 1; seed <= 3000; seed++) {
      const below = numbers(seed);
      const middle = Array.from({ length: below(12) }, () => pieces[below(pieces.length)]).join('');
      const sent = `${middle}\r\n.\r\nNOOP\r\n`;
      const at = Array.from({ length: below(6) }, () => below(sent.length)).sort((one, other) => one - other);
      const chunks = cut(sent, at);
      expect(await parse(chunks, true), JSON.stringify({ sent, at })).toEqual(await parse(chunks, false));
    }
  });

  it('is not held up by lines of dots', async () => {
    const lines = '..\r\n'.repeat(200_000);
    let parts = 0;
    const chunks = cut(`${lines}.\r\n`, [65_536, 131_072, 400_000]);
    const { content } = await parse(chunks, true, () => parts++);
    expect(content).toBe('.\r\n'.repeat(200_000));
    expect(parts).toBeLessThanOrEqual(chunks.length);
  });
});
