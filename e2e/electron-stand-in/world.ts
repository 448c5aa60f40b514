/**
 * What runs in a page's isolated world before the page: the sandboxed preload, with what Electron gives to it and
 * nothing else. The world talks with the main process by texts: out by a function that only this world has, in by
 * a function that only this world knows.
 */
import { makeCodec } from './clone.ts';
import { makeEmitter } from './world-emitter.ts';
import { listenToInput } from './world-input.ts';
import { BINDING, DELIVER } from './world-messages.ts';
import { bridgePorts } from './world-ports.ts';
import { inWorld } from './world-script.ts';

export interface WorldOptions {
  /** The preload's source text and its path; undefined where a window has none. */
  readonly preload: { readonly source: string; readonly path: string } | undefined;
  /** What the preload's `process` has. */
  readonly process: Readonly<Record<string, unknown>>;
  /** The name of the events by which `page-world.ts` calls this world. */
  readonly secret: string;
}

/** The text of the script. */
export function worldSource({ preload, process, secret }: WorldOptions): string {
  const given =
    'require, module, exports, process, global, Buffer, setImmediate, clearImmediate, __filename, __dirname';
  const path = preload?.path ?? '';
  const names = { binding: BINDING, deliver: DELIVER, secret, path };
  const parts = `{ bridgePorts: ${bridgePorts}, listenToInput: ${listenToInput}, makeEmitter: ${makeEmitter} }`;
  return [
    `(${inWorld})((${makeCodec})(), ${parts}, ${JSON.stringify(names)}, ${JSON.stringify(process)},`,
    `function (${given}) {`,
    preload?.source ?? '',
    `});\n//# sourceURL=electron-stand-in:${path}`,
  ].join('\n');
}
