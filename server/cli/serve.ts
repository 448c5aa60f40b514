/** `waypost serve`: the engine in this process, until somebody asks it to stop. */
import { inspect } from 'node:util';
import type { ListenerView } from '../contract/views.ts';
import { Failure } from '../host/failure.ts';
import { type Instance, type StartEngine, startInstance } from '../host/instance.ts';
import { tidyAtRest } from '../host/rest.ts';
import { VERSION } from '../host/version.ts';
import { complain, type Io } from './io.ts';
import { readPatch } from './read-patch.ts';
import { refusalOf, reportRefusal } from './refusal.ts';
import { watchForStop } from './stop-request.ts';
import { listenerSentence, placeOf } from './texts.ts';
import { openUi } from './ui.ts';
import type { UiAddress } from './ui-address.ts';

export interface ServeOptions {
  readonly dataFolder: string;
  /** A part of the settings to merge before starting; `-` is standard input. */
  readonly settingsFile?: string | undefined;
  /** Print refused settings as JSON. */
  readonly json: boolean;
  /** Where the settings window shall be; undefined for none. */
  readonly ui?: UiAddress | undefined;
  /** Where the built window lies, if not at its usual place. */
  readonly rendererFolder?: string | undefined;
}

/** How long the end may take after an error that leaves nothing to rely on, in milliseconds. */
const LAST_MOMENT = 15_000;

/** Serves until a signal asks to stop. Rejects with Failure when it can't start, or had to end by an error. */
export async function serve(options: ServeOptions, io: Io, startEngine: StartEngine): Promise<void> {
  const voice = new Voice(io);
  // Mail, its index and its log are nobody else's business, whichever part or package makes the file.
  process.umask(0o077);
  // From the very first, so that a signal during the start also ends in an orderly way.
  const stop = watchForStop({ events: io.events, exitNow: io.exitNow, log: voice.log });
  try {
    const instance = await start(options, io, startEngine, voice);
    const endTidying = tidyAtRest();
    const code = await stop.asked;
    endTidying();
    if (code === 0) {
      voice.say('Stopping; connections in use may take up to 10 seconds (Ctrl+C again stops at once).');
    } else {
      voice.say('Stopping because of this error.');
      setTimeout(() => io.exitNow(code), LAST_MOMENT).unref();
    }
    await instance.stop();
    if (code !== 0) throw new Failure([], code);
  } finally {
    stop.end();
  }
}

/** Speaks to whoever watches the process. */
class Voice {
  readonly #io: Io;
  /** Writes to the mail log as well, once there is one. */
  report: ((text: string) => void) | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  readonly say = (line: string): void => void complain(this.#io, line);

  readonly log = (error: unknown, where: string): void => {
    const text = `Error (${where}): ${inspect(error)}`;
    for (const line of text.split('\n')) this.say(line);
    this.report?.(text);
  };
}

async function start(
  { dataFolder, settingsFile, json, ui, rendererFolder }: ServeOptions,
  io: Io,
  startEngine: StartEngine,
  voice: Voice,
): Promise<Instance> {
  const without = (sentence: string) => {
    voice.say(sentence);
    voice.report?.(sentence);
  };
  try {
    const settingsPatch = settingsFile === undefined ? undefined : await readPatch(settingsFile, io.stdin);
    return await startInstance({
      dataFolder,
      version: VERSION,
      openUi: async (folder, started) => {
        if (!ui) return undefined;
        const window = await openUi(folder, started, { at: ui, rendererFolder, without, log: voice.log });
        if (window) voice.say(`Settings window: ${window.address}`);
        return window;
      },
      start: async (folder) => {
        voice.say(`Data folder: ${folder}`);
        const log = voice.say;
        const started = await startEngine({ dataFolder: folder, settingsPatch, version: VERSION, log });
        voice.report = started.report;
        return started;
      },
      onListeners: sayChanges(voice.say),
      log: voice.log,
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) throw await reportRefusal(io, refusal, json);
    if (error instanceof Failure) throw error;
    voice.log(error, 'start');
    throw new Failure('Waypost could not start because of this error.');
  }
}

/** Says of each listener what is true of it, whenever that has changed. */
function sayChanges(say: (line: string) => void): (listeners: readonly ListenerView[]) => void {
  let before: readonly ListenerView[] = [];
  return (listeners) => {
    for (const gone of before.filter(({ name }) => !listeners.some((listener) => listener.name === name))) {
      if (gone.state === 'listening') say(`No longer listening on ${placeOf(gone)} (${gone.name}).`);
    }
    const said = before.map(listenerSentence);
    for (const sentence of listeners.map(listenerSentence)) if (!said.includes(sentence)) say(sentence);
    before = listeners;
  };
}
