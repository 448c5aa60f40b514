/** One handler per procedure of the contract. They translate: what a thing does is decided in the engine. */
import { implement } from '@orpc/server';
import { AccountProblem } from './accounts.ts';
import { type ApplyErrorCode, contract } from './contract/api.ts';
import type { QueueVerb } from './contract/queue.ts';
import type { AccountField, MailView } from './contract/views.ts';
import type { Applied } from './engine/changes.ts';
import type { Engine } from './engine.ts';
import { readTranscript } from './mail/transcript.ts';
import { withoutSecrets } from './settings/sealed.ts';
import { NothingToUndo, SettingsRefused } from './settings/service.ts';
import type { MailboxEntry, RawMessage } from './store/mailboxes.ts';

const SESSION_OVER = 'That session is over already.';

/** Bytes of one part of a raw message. */
const RAW_PART_BYTES = 4 * 1_048_576;

/** The router of an engine; every transport serves the same. */
export function createRouter(engine: Engine) {
  const os = implement(contract);
  const { accounts, store } = engine;

  return os.router({
    status: {
      get: os.status.get.handler(() => engine.status()),
      // The signal, because nothing else tells at once that a caller has left.
      live: os.status.live.handler(({ signal }) => engine.watch(signal)),
    },
    machine: { get: os.machine.get.handler(() => engine.machine()) },
    diagnose: {
      smartHost: os.diagnose.smartHost.handler(({ input, errors, signal }) => {
        try {
          return engine.diagnose.smartHost(engine.merge(input.patch ?? {}), input.sendTo, signal);
        } catch (error) {
          throw error instanceof SettingsRefused ? errors.INVALID(refusal(error)) : error;
        }
      }),
      port25: os.diagnose.port25.handler(({ input, signal }) => engine.diagnose.port25(input.hosts, signal)),
      incoming: os.diagnose.incoming.handler(({ signal }) => engine.diagnose.incoming(signal)),
    },
    sessions: {
      end: os.sessions.end.handler(({ input, errors }) => {
        if (!engine.sessions.end(input.id, input.text)) throw errors.NOT_FOUND({ message: SESSION_OVER });
      }),
      block: os.sessions.block.handler(({ input: { address }, errors }) => {
        const ended = engine.sessions.block(address);
        if (ended === undefined)
          throw errors.INVALID_INPUT({ message: `"${address}" is not an IP address.` });
        return { ended };
      }),
      unblock: os.sessions.unblock.handler(({ input: { address }, errors }) => {
        if (!engine.sessions.unblock(address))
          throw errors.NOT_FOUND({ message: `${address} is not blocked.` });
      }),
    },
    traffic: {
      pause: os.traffic.pause.handler(({ input }) => engine.traffic.pause(input.direction)),
      resume: os.traffic.resume.handler(({ input }) => engine.traffic.resume(input.direction)),
    },
    settings: {
      get: os.settings.get.handler(() => shown(engine.settings)),
      preview: os.settings.preview.handler(async ({ input, errors }) => {
        try {
          return { sentences: await engine.preview(input.patch) };
        } catch (error) {
          throw error instanceof SettingsRefused ? errors.INVALID(refusal(error)) : error;
        }
      }),
      apply: os.settings.apply.handler(({ input, errors }) =>
        applied(engine.apply(input.patch, input.revision), errors),
      ),
      undo: os.settings.undo.handler(({ input, errors }) => applied(engine.undo(input.revision), errors)),
    },
    accounts: {
      list: os.accounts.list.handler(() => accounts.list()),
      add: os.accounts.add.handler(({ input, errors }) => translated(accounts.add(input), errors)),
      update: os.accounts.update.handler(({ input: { address, ...change }, errors }) =>
        translated(accounts.update(address, change), errors),
      ),
      remove: os.accounts.remove.handler(async ({ input, errors }) => ({
        removedMessages: await translated(accounts.remove(input.address), errors),
      })),
    },
    mail: {
      list: os.mail.list.handler(async ({ input, errors }) => {
        const { id } = await translated(accounts.find(input.address), errors);
        const entries = await store.mailboxes.list(id);
        return entries.map(mailOf);
      }),
      page: os.mail.page.handler(async ({ input: { address, ...wanted }, errors }) => {
        const { id } = await translated(accounts.find(address), errors);
        const { total, rows } = await store.mailboxes.page(id, wanted);
        return { total, rows: rows.map(mailOf) };
      }),
      raw: os.mail.raw.handler(async ({ input, errors }) => {
        const { id } = await translated(accounts.find(input.address), errors);
        const raw = await store.mailboxes.raw(id, input.id);
        if (!raw) throw errors.NOT_FOUND({ message: `${input.address} has no message ${input.id}.` });
        return partOf(raw, input.offset);
      }),
      remove: os.mail.remove.handler(async ({ input: { address, ids }, errors }) => {
        const { id } = await translated(accounts.find(address), errors);
        const count = await store.mailboxes.remove(id, ids);
        const [first] = ids;
        if (count === 0 && first !== undefined)
          throw errors.NOT_FOUND({ message: `${address} has no message ${first}.` });
        return { count };
      }),
    },
    queue: {
      list: os.queue.list.handler(() => engine.queue.list()),
      retry: os.queue.retry.handler(({ input, errors }) =>
        input.ids.length === 0 ? counted(engine.queue.retryAll()) : steered('retry', input.ids, errors),
      ),
      hold: os.queue.hold.handler(({ input, errors }) => steered('hold', input.ids, errors)),
      release: os.queue.release.handler(({ input, errors }) => steered('release', input.ids, errors)),
      remove: os.queue.remove.handler(async ({ input, errors }) =>
        engine.queue.remove(await knownIds(input.ids, errors)),
      ),
      page: os.queue.page.handler(({ input }) => engine.queue.page(input)),
      ids: os.queue.ids.handler(({ input }) => engine.queue.ids(input)),
      steer: os.queue.steer.handler(({ input }) => engine.queue.steerMany(input)),
      domains: os.queue.domains.handler(() => engine.queue.domains()),
      raw: os.queue.raw.handler(async ({ input, errors }) => {
        const raw = await engine.queue.raw(input.id);
        if (!raw) throw errors.NOT_FOUND({ message: 'This recipient is not in the queue any more.' });
        return partOf(raw, input.offset);
      }),
    },
    log: {
      search: os.log.search.handler(({ input }) => store.log.search(input)),
      page: os.log.page.handler(({ input, signal }) => store.log.page({ ...input, signal })),
      live: os.log.live.handler(({ input, signal }) =>
        engine.logFeed.watch(input.filter, input.since, signal),
      ),
      transcript: os.log.transcript.handler(async ({ input, errors }) => {
        const found = await store.log.transcript(input.session);
        if (!found)
          throw errors.NOT_FOUND({
            message: `There is no transcript of ${input.session} (yet, or any more).`,
          });
        return readTranscript(found);
      }),
    },
  });

  async function applied(work: Promise<Applied>, errors: ApplyErrors) {
    try {
      const { snapshot, sentences } = await work;
      return { ...shown(snapshot), sentences };
    } catch (error) {
      if (error instanceof NothingToUndo && errors.NOTHING_TO_UNDO)
        throw errors.NOTHING_TO_UNDO({ message: error.message });
      if (!(error instanceof SettingsRefused)) throw error;
      const { message, data } = refusal(error);
      if (error.code !== 'STALE') throw errors[error.code]({ message, data });
      throw errors.STALE({ message, data: { ...data, current: shown(engine.settings) } });
    }
  }

  async function steered(
    verb: Exclude<QueueVerb, 'remove'>,
    ids: readonly string[],
    errors: NotFound,
  ): Promise<{ count: number }> {
    return counted(engine.queue.steer(verb, await knownIds(ids, errors)));
  }

  /** The ids of recipients; that of a message stands for all of its own. */
  async function knownIds(ids: readonly string[], errors: NotFound): Promise<string[]> {
    const known = await store.queue.resolveIds(ids);
    const unknown = ids.find((id) => !known.some((one) => one === id || one.startsWith(`${id}-`)));
    if (unknown !== undefined)
      throw errors.NOT_FOUND({ message: `There is nothing with the id ${unknown} in the queue.` });
    return known;
  }
}

function shown({ revision, settings, unopened, canUndo }: Engine['settings']) {
  return {
    revision,
    settings: withoutSecrets(settings, unopened),
    unreadable: [...unopened.keys()],
    canUndo,
  };
}

function refusal(error: SettingsRefused) {
  return { message: error.message, data: { issues: [...error.issues] } };
}

function mailOf(entry: MailboxEntry): MailView {
  return { ...entry, receivedAt: new Date(entry.receivedAt) };
}

async function partOf({ total, read }: RawMessage, offset: number) {
  const part = await read(offset, RAW_PART_BYTES);
  return { total, part: new Blob([new Uint8Array(part)]) };
}

async function counted(work: Promise<number>): Promise<{ count: number }> {
  return { count: await work };
}

/** Turns an account's problem into the contract's error of the same code. */
async function translated<T>(
  work: Promise<T>,
  errors: { NOT_FOUND: ErrorMaker; CONFLICT?: AtField; INVALID_INPUT?: AtField },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AccountProblem)) throw error;
    const { code, message, field } = error;
    const refuse = code === 'NOT_FOUND' ? undefined : errors[code];
    throw refuse ? refuse({ message, data: { field } }) : errors.NOT_FOUND({ message });
  }
}

type AtField = (options: { message: string; data: { field: AccountField } }) => Error;

type ErrorMaker = (options: { message: string }) => Error;

/** Those of a procedure that asks for something by its id. */
type NotFound = { readonly NOT_FOUND: ErrorMaker };

interface Refused {
  message: string;
  data: ReturnType<typeof refusal>['data'];
}

type ApplyErrors = Record<Exclude<ApplyErrorCode, 'STALE'>, (options: Refused) => Error> & {
  STALE: (options: Refused & { data: { current: ReturnType<typeof shown> } }) => Error;
  NOTHING_TO_UNDO?: ErrorMaker;
};
