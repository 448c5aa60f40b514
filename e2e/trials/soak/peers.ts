/** Where mail is relayed to: the MX host of a domain, and a SmartHost. Both hang up now and then at any step. */
import { type Sink, startSink } from '../../../server/testing/sink.ts';
import type { SinkReply, SinkScript } from '../../../server/testing/sink-script.ts';
import { type Dice, dice } from '../dice.ts';
import type { Ledger } from './ledger.ts';
import { readMessage } from './message.ts';

export interface Peers {
  readonly mx: Sink;
  readonly smartHost: Sink;
  /** From now on they hang up now and then, or they don't. At first they don't. */
  setMoody(isMoody: boolean): void;
  /** Books what has arrived; to be called now and then, since the messages are kept until it is. */
  book(): void;
  stop(): Promise<void>;
}

export async function startPeers(ledger: Ledger, part: number, seed: number): Promise<Peers> {
  const throws = dice(seed);
  const mx = await startSink();
  const smartHost = await startSink();
  const sinks = [mx, smartHost];
  return {
    mx,
    smartHost,
    setMoody: (isMoody) => {
      for (const { script } of sinks) Object.assign(script, moody(throws, isMoody ? part : 0));
    },
    book: () => {
      for (const sink of sinks) {
        for (const { body } of sink.messages.splice(0)) book(body, (number) => ledger.found(number), ledger);
        for (const { body } of sink.refused.splice(0)) book(body, (number) => ledger.cut(number), ledger);
        sink.sessions.splice(0);
      }
    },
    stop: async () => {
      await Promise.all(sinks.map((sink) => sink.stop()));
    },
  };
}

function book(body: Buffer, as: (number: number) => void, ledger: Ledger): void {
  const { number, isWhole } = readMessage(body.toString('latin1'));
  if (number === undefined || !isWhole) ledger.strange(`Message ${number} is damaged at the peer`);
  else as(number);
}

function moody(throws: Dice, part: number): SinkScript {
  const now =
    (...bad: SinkReply[]) =>
    () =>
      throws.chance(part) ? throws.pick(bad) : undefined;
  return {
    greeting: now('drop', 'reset', '421 4.3.2 Busy'),
    mail: now('drop', '451 4.3.0 Not now'),
    rcpt: now('reset', '450 4.2.0 Not now'),
    data: now('drop', 'reset'),
    body: now('drop', 'reset'),
  };
}
