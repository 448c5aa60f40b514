/** A Waypost without an engine on a data folder of its own, and the command line to talk to it, for tests. */
import { temporaryFolder } from '../testing/temp.ts';
import { serveControl } from '../web/control.ts';
import { controlPath } from '../web/control-path.ts';
import { type FakeState, fakeRouter, fakeState } from '../web/fake-api.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { run } from './run.ts';

interface Ran extends FakeIo {
  readonly code: number;
}

export interface FakeWaypost {
  readonly folder: string;
  readonly state: FakeState;
  /** Runs `waypost ARGS…` on its folder. */
  run(args: string[], io?: FakeIo): Promise<Ran>;
  /** Runs it with --json and gives what that printed; rejects when it failed or complained. */
  json(args: string[], io?: FakeIo): Promise<unknown>;
  /** Stops answering; the folder stays. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export async function startFakeWaypost(router?: Parameters<typeof serveControl>[1]): Promise<FakeWaypost> {
  const folder = await temporaryFolder();
  const state = fakeState();
  const stop = await serveControl(
    controlPath(folder.path),
    router ?? fakeRouter(state),
    {},
    { log: () => {} },
  );
  const waypost: FakeWaypost = {
    folder: folder.path,
    state,
    run: async (args, io = fakeIo()) => ({ ...io, code: await run(['--data', folder.path, ...args], io) }),
    json: async (args, io) => {
      const { code, out, err } = await waypost.run([...args, '--json'], io);
      if (code !== 0 || err() !== '') throw new Error(`Ended with ${code}: ${err()}`);
      return JSON.parse(out());
    },
    stop,
    remove: async () => {
      await stop();
      await folder.remove();
    },
  };
  return waypost;
}
