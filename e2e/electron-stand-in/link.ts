/** This process's end of the wire: what the launcher asks, and the browser that it gives. */
import { Socket } from 'node:net';
import { decode, encode } from './clone.ts';
import { openWire, type ToLauncher, type ToStandIn, WIRE } from './wire.ts';

/** Runs a function, given as text, for the test. */
type Evaluate = (source: string, argument: unknown) => unknown;

let evaluate: Evaluate = () => {
  throw new Error('The app has not been started yet.');
};
const screen = Promise.withResolvers<string>();
let isScreenWanted = false;

const socket = new Socket({ fd: WIRE });
const send = openWire<ToStandIn, ToLauncher>(socket, hear);
// Nobody is left to look at the app, or to end it.
socket.on('close', () => process.exit(1));
screen.promise.catch(() => {});

/** From now on the test can ask. */
export function answerTests(by: Evaluate): void {
  evaluate = by;
}

/** Where the browser listens; it is started when this is called first. Rejects when there can be none. */
export function wantScreen(): Promise<string> {
  if (!isScreenWanted) send({ kind: 'screen wanted' });
  isScreenWanted = true;
  return screen.promise;
}

function hear(message: ToStandIn): void {
  switch (message.kind) {
    case 'screen':
      screen.resolve(message.endpoint);
      break;
    case 'no screen':
      screen.reject(new Error(message.why));
      break;
    case 'evaluate':
      void answer(message.id, message.source, message.argument);
  }
}

async function answer(id: number, source: string, argument: string): Promise<void> {
  try {
    const value = await evaluate(source, decode(argument));
    send({ kind: 'result', id, value: encode(structuredClone(value)) });
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'failure', id, message, stack });
  }
}
