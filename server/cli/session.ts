/** One command on its way: the options that all share, the client, and the two forms of an answer. */
import type { Command } from 'commander';
import { resolveDataFolder } from '../host/data-folder.ts';
import { type Client, connectTo } from './client.ts';
import { type Io, writeJson, writeText } from './io.ts';

export interface Session {
  readonly client: Client;
  readonly json: boolean;
  /** Prints the value as JSON, or its text for people. */
  show<T>(value: T, text: (value: T) => string | Promise<string>): Promise<void>;
}

/** Options of every command, wherever on the command line they stand. */
export interface SharedOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export function openSession(io: Io, command: Command): Session {
  const { data, json = false } = command.optsWithGlobals<SharedOptions>();
  return {
    client: connectTo(resolveDataFolder(data, io.env)),
    json,
    show: async (value, text) => (json ? writeJson(io, value) : writeText(io, await text(value))),
  };
}
