import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { joinWrites } from './joined-writes.ts';

/** A socket that says what it was asked to write, together what was written together. */
function socket(name: string, said: string[]): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      said.push(`${name}: ${chunk}`);
      done();
    },
    writev: (chunks, done) => {
      said.push(`${name}: ${chunks.map(({ chunk }) => chunk as string).join('+')}`);
      done();
    },
  });
}

/** Writes as the server does with each reply. */
function say(to: Writable, text: string): void {
  joinWrites(to);
  to.write(text);
}

it('what is written in a turn leaves at its end, for each socket together', async () => {
  const said: string[] = [];
  const [one, other] = [socket('one', said), socket('other', said)];
  say(one, 'a');
  say(other, 'b');
  await Promise.resolve();
  say(one, 'c');
  expect(said).toEqual([]);
  await nextTurn();
  expect(said).toEqual(['one: a+c', 'other: b']);
  say(one, 'd');
  await nextTurn();
  expect(said).toEqual(['one: a+c', 'other: b', 'one: d']);
});

it('leaves at once when the socket is ended or let go', async () => {
  const said: string[] = [];
  const [one, other] = [socket('one', said), socket('other', said)];
  say(one, 'bye');
  one.end();
  say(other, 'a');
  other.uncork();
  expect(said).toEqual(['one: bye', 'other: a']);
  say(other, 'b');
  await nextTurn();
  expect(said).toEqual(['one: bye', 'other: a', 'other: b']);
});
