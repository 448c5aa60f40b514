/** Handlers for the whole contract without an engine, for tests of whoever calls it. */
import { implement } from '@orpc/server';
import { contract } from '../contract/api.ts';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import type { AccountView, LogView, MailView, QueueView, StatusView } from '../contract/views.ts';

/** Bytes of one part of a raw message; small, so that a short message has several. */
export const PART_BYTES = 100_000;

/** What the fake holds; tests fill it and look at it. */
export interface FakeState {
  status: StatusView;
  settings: Settings;
  revision: number;
  accounts: AccountView[];
  passwords: Map<string, string>;
  mails: MailView[];
  raw: Map<string, Uint8Array>;
  queue: QueueView[];
  log: LogView[];
  /** What was asked of queue and log, as it arrived. */
  asked: { procedure: string; input: unknown }[];
  /** Runs before `status.get` answers; may wait or throw. */
  beforeStatus: () => void | Promise<void>;
}

export function fakeState(): FakeState {
  const listener = { address: '', security: 'starttls' } as const;
  return {
    status: {
      hostname: 'mail.example.com',
      listeners: [
        { ...listener, name: 'primary', port: 25, state: 'listening', reason: null },
        { ...listener, name: 'secondary', port: 587, state: 'failed', reason: 'Port 587 is in use.' },
      ],
      incoming: { now: 3, maxTotal: 20, maxPerHost: 5 },
      outgoing: { now: 1, max: 2 },
      queue: { due: 4, deferred: 1, held: 0 },
      uptimeSeconds: 11_520,
    },
    settings: defaultSettings('mail.example.com'),
    revision: 1,
    accounts: [],
    passwords: new Map(),
    mails: [],
    raw: new Map(),
    queue: [],
    log: [],
    asked: [],
    beforeStatus: () => {},
  };
}

/** A router over the given state. */
export function fakeRouter(state: FakeState) {
  const api = implement(contract);
  const change = <I extends { ids: string[] }>(procedure: string, input: I, missing: () => Error) => {
    state.asked.push({ procedure, input });
    if (input.ids.some((id) => !state.queue.some((recipient) => recipient.id === id))) throw missing();
    return { count: input.ids.length || state.queue.length };
  };
  return api.router({
    status: {
      get: api.status.get.handler(async () => {
        await state.beforeStatus();
        return state.status;
      }),
    },
    settings: {
      get: api.settings.get.handler(() => ({ revision: state.revision, settings: state.settings })),
      preview: api.settings.preview.handler(() => ({ sentences: [] })),
      apply: api.settings.apply.handler(({ input, errors }) => {
        const merged = mergeSettings(state.settings, input.patch);
        if (!merged.ok) {
          throw errors.INVALID({
            message: 'The settings are not valid.',
            data: { issues: [...merged.issues] },
          });
        }
        state.settings = merged.settings;
        state.revision += 1;
        return { revision: state.revision, settings: state.settings, sentences: ['The limits changed.'] };
      }),
    },
    accounts: {
      list: api.accounts.list.handler(() => state.accounts),
      add: api.accounts.add.handler(({ input, errors }) => {
        const { address, password, aliases = [], quotaMB = 0 } = input;
        if (state.passwords.has(address)) throw errors.CONFLICT({ message: `${address} is there already.` });
        const account = {
          address,
          aliases,
          quotaMB,
          usedBytes: 0,
          messages: 0,
          enabled: true,
          lastSignIn: null,
        };
        state.accounts.push(account);
        state.passwords.set(address, password);
        return account;
      }),
      update: api.accounts.update.handler(({ input, errors }) => {
        const { address, password, ...changes } = input;
        const account = state.accounts.find((each) => each.address === address);
        if (!account) throw errors.NOT_FOUND({ message: `There is no account ${address}.` });
        if (password !== undefined) state.passwords.set(address, password);
        return Object.assign(account, JSON.parse(JSON.stringify(changes)));
      }),
      remove: api.accounts.remove.handler(({ input, errors }) => {
        const found = state.accounts.findIndex(({ address }) => address === input.address);
        if (found < 0) throw errors.NOT_FOUND({ message: `There is no account ${input.address}.` });
        state.accounts.splice(found, 1);
        return { removedMessages: 2 };
      }),
    },
    mail: {
      list: api.mail.list.handler(() => state.mails),
      raw: api.mail.raw.handler(({ input, errors }) => {
        const bytes = state.raw.get(input.id);
        if (!bytes) throw errors.NOT_FOUND({ message: `There is no message ${input.id}.` });
        state.asked.push({ procedure: 'raw', input });
        const part = new Uint8Array(bytes.subarray(input.offset, input.offset + PART_BYTES));
        return { total: bytes.length, part: new Blob([part]) };
      }),
    },
    queue: {
      list: api.queue.list.handler(() => state.queue),
      retry: api.queue.retry.handler(({ input, errors }) => change('retry', input, errors.NOT_FOUND)),
      hold: api.queue.hold.handler(({ input, errors }) => change('hold', input, errors.NOT_FOUND)),
      release: api.queue.release.handler(({ input, errors }) => change('release', input, errors.NOT_FOUND)),
      remove: api.queue.remove.handler(({ input, errors }) => change('remove', input, errors.NOT_FOUND)),
    },
    log: {
      search: api.log.search.handler(({ input }) => {
        state.asked.push({ procedure: 'log', input });
        return state.log.filter(({ text }) => text.includes(input.text ?? ''));
      }),
    },
  });
}
