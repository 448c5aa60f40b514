/** Chromium's own protocol over one WebSocket, with a session for each page. */
import { once } from 'node:events';
import type { CDPSession } from 'playwright';
import WebSocket from 'ws';

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const GONE =
  /is gone|Session with given id not found|No target with given id|Target closed|Inspected target|crashed/;

type Command = (method: string, params?: unknown) => Promise<unknown>;
type Handler = (params: unknown) => void;

/** The browser itself, or one page. Commands and events are typed by Playwright, which knows the protocol. */
export class CdpSession {
  /** Rejects when Chromium refuses the command, or is gone. */
  readonly send: CDPSession['send'];
  readonly on: CDPSession['on'];
  readonly #handlers = new Map<string, Handler[]>();

  constructor(command: Command) {
    this.send = command as CDPSession['send'];
    this.on = ((name: string, handler: Handler) => {
      this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
    }) as unknown as CDPSession['on'];
  }

  /** For the connection: something happened. */
  tell(name: string, params: unknown): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(params);
  }
}

/** The browser, or the page that a command was for, is not there any more. */
export class BrowserGone extends Error {
  override name = 'BrowserGone';
}

/** Lets something go on by itself. That the browser is gone meanwhile is no error: windows are closed at any time. */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof BrowserGone)) throw error;
  });
}

export class CdpConnection {
  readonly browser: CdpSession;
  readonly #socket: WebSocket;
  readonly #sessions = new Map<string | undefined, CdpSession>();
  readonly #answers = new Map<number, (answer: Message) => void>();
  #count = 0;

  /** Resolves when the browser listens. */
  static async open(endpoint: string): Promise<CdpConnection> {
    const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
    const connection = new CdpConnection(socket);
    await once(socket, 'open');
    return connection;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.browser = this.#session(undefined);
    socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString('utf8')) as Message));
    socket.on('close', () => {
      for (const answer of this.#answers.values()) answer({ error: { message: 'The browser is gone.' } });
      this.#answers.clear();
    });
    socket.on('error', () => {});
  }

  /** The session of a page that has been attached to. */
  session(id: string): CdpSession {
    return this.#sessions.get(id) ?? this.#session(id);
  }

  #session(id: string | undefined): CdpSession {
    const session = new CdpSession((method, params) => this.#command(id, method, params));
    this.#sessions.set(id, session);
    return session;
  }

  #command(sessionId: string | undefined, method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(new BrowserGone('The browser is gone.'));
      const id = ++this.#count;
      this.#answers.set(id, ({ result, error }) => {
        const isGone = error && GONE.test(error.message);
        if (error) reject(new (isGone ? BrowserGone : Error)(`${method}: ${error.message}`));
        else resolve(result);
      });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  #hear({ id, sessionId, method, params, ...answer }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.(answer);
      this.#answers.delete(id);
    } else if (method) {
      this.#sessions.get(sessionId)?.tell(method, params);
    }
  }
}
