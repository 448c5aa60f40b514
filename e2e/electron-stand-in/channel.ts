/** This process's end of one document's isolated world: events and answers out, ports both ways. */
import { decode, encode } from './clone.ts';
import { Endpoint } from './ports.ts';
import type { FromWorld, ToWorld } from './world-messages.ts';

type PortMessage = Extract<FromWorld, { kind: 'port message' }>;

export class Channel {
  readonly #deliver: (text: string) => void;
  /** Our side of each port that is over there, by the name that both sides have for it. */
  readonly #ports = new Map<string, Endpoint>();
  #count = 0;
  #isOver = false;

  /** @param deliver takes a text to the world */
  constructor(deliver: (text: string) => void) {
    this.#deliver = deliver;
  }

  /** Whether the document is gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @param args clones already */
  event(channel: string, args: readonly unknown[], ports: readonly Endpoint[]): void {
    this.#send({ kind: 'event', channel, args: encode(args), ports: this.#give(ports) });
  }

  answer(id: number, value: unknown): void {
    this.#send({ kind: 'answer', id, value: encode(value) });
  }

  refuse(id: number, failure: string): void {
    this.#send({ kind: 'answer', id, failure });
  }

  /** The app has decided on a permission, and Chromium knows. */
  decided(id: number): void {
    this.#send({ kind: 'permission', id });
  }

  /** Takes ports that came from there. */
  take(names: readonly string[]): Endpoint[] {
    return names.map((name) => {
      const [bridge, own] = Endpoint.pair();
      this.#bridge(name, bridge);
      return own;
    });
  }

  portMessage({ port, data, ports }: PortMessage): void {
    this.#ports.get(port)?.send({ data: decode(data), ports: this.take(ports) });
  }

  portClosed(port: string): void {
    this.#ports.get(port)?.close();
    this.#ports.delete(port);
  }

  /** The document is gone, and every port that it had. */
  end(): void {
    this.#isOver = true;
    for (const endpoint of this.#ports.values()) endpoint.close();
    this.#ports.clear();
  }

  #give(endpoints: readonly Endpoint[]): string[] {
    return endpoints.map((endpoint) => {
      const name = `main-${++this.#count}`;
      this.#bridge(name, endpoint);
      return name;
    });
  }

  #bridge(port: string, endpoint: Endpoint): void {
    this.#ports.set(port, endpoint);
    endpoint.own({
      message: ({ data, ports }) => {
        this.#send({ kind: 'port message', port, data: encode(data), ports: this.#give(ports) });
      },
      close: () => {
        this.#ports.delete(port);
        this.#send({ kind: 'port close', port });
      },
    });
  }

  #send(message: ToWorld): void {
    if (!this.#isOver) this.#deliver(JSON.stringify(message));
  }
}
