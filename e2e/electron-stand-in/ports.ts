/**
 * Message ports of the main process. An `Endpoint` is one end of a channel, wherever its owner lives; a
 * `MessagePortMain` is what an app holds of an endpoint that is here. When a port is moved, its endpoint gets
 * another owner and takes along what has not been read.
 */
import { cloned } from './clone.ts';
import { Strict, StrictEmitter } from './strict.ts';

interface Packet {
  /** A clone already. */
  readonly data: unknown;
  readonly ports: readonly Endpoint[];
}

/** Who reads at an endpoint. */
export interface Owner {
  message(packet: Packet): void;
  close(): void;
}

export class Endpoint {
  #peer: Endpoint | undefined;
  #owner: Owner | undefined;
  #unread: Packet[] = [];
  #closed = false;

  /** Both ends of a new channel. */
  static pair(): [Endpoint, Endpoint] {
    const [one, other] = [new Endpoint(), new Endpoint()];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  /** From now on, what comes goes there; first what lies here unread. Undefined: it is kept. */
  own(owner: Owner | undefined): void {
    this.#owner = owner;
    this.#flush();
    if (this.#closed) owner?.close();
  }

  send(packet: Packet): void {
    const peer = this.#peer;
    if (!peer || this.#closed) return;
    // Another process answers later, never at once.
    setImmediate(() => {
      peer.#unread.push(packet);
      peer.#flush();
    });
  }

  /** Ends the channel; the other side hears of it after all that was sent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const peer = this.#peer;
    setImmediate(() => {
      if (!peer || peer.#closed) return;
      peer.#closed = true;
      peer.#owner?.close();
    });
  }

  /** Gives back what a former owner has not read. */
  unread(packets: Packet[]): void {
    this.#unread = [...packets, ...this.#unread];
  }

  #flush(): void {
    while (this.#owner && this.#unread.length > 0) this.#owner.message(this.#unread.shift() as Packet);
  }
}

const taken = new WeakMap<MessagePortMain, () => Endpoint>();

export class MessagePortMain
  extends StrictEmitter
  implements Pick<Electron.MessagePortMain, 'postMessage' | 'start' | 'close'>
{
  static readonly events = ['message', 'close'];
  #endpoint: Endpoint | undefined;
  #started = false;
  #closed = false;

  constructor(endpoint: Endpoint) {
    super();
    this.#endpoint = endpoint;
    endpoint.own({ message: (packet) => this.#before.push(packet), close: () => this.#end() });
    taken.set(this, () => this.#give());
  }

  /** What came before `start`. */
  #before: Packet[] = [];

  postMessage(message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    if (transfer.includes(this as unknown as Electron.MessagePortMain)) {
      throw new Error(`Port at index ${transfer.indexOf(this as never)} contains the source port.`);
    }
    const data = cloned(message);
    const ports = endpointsOf(transfer);
    this.#endpoint?.send({ data, ports });
  }

  start(): void {
    if (!this.#endpoint || this.#started) return;
    this.#started = true;
    const read = ({ data, ports }: Packet) => {
      this.emit('message', { data, ports: ports.map((each) => new MessagePortMain(each)) });
    };
    for (const packet of this.#before.splice(0)) read(packet);
    if (!this.#closed) this.#endpoint?.own({ message: read, close: () => this.#end() });
  }

  close(): void {
    if (this.#closed) return;
    this.#endpoint?.close();
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endpoint?.own(undefined);
    this.emit('close');
  }

  /** The port moves away and is of no use here any more. */
  #give(): Endpoint {
    const endpoint = this.#endpoint;
    if (!endpoint || this.#closed) throw new Error('Port is already neutered.');
    this.#endpoint = undefined;
    const unread = this.#before.splice(0);
    endpoint.own(undefined);
    endpoint.unread(unread);
    return endpoint;
  }
}

export class MessageChannelMain extends Strict {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    super();
    const [one, other] = Endpoint.pair();
    this.port1 = new MessagePortMain(one);
    this.port2 = new MessagePortMain(other);
  }
}

/** Takes the ports of a transfer list away from whoever holds them. */
export function endpointsOf(transfer: readonly Electron.MessagePortMain[]): Endpoint[] {
  const ports = transfer as unknown as readonly MessagePortMain[];
  for (const [index, port] of ports.entries()) {
    if (!taken.has(port))
      throw new TypeError(`Invalid value for transfer: Port at index ${index} is not a valid port`);
    if (ports.indexOf(port) !== index)
      throw new Error(`Port at index ${index} is a duplicate of an earlier port.`);
  }
  return ports.map((port) => (taken.get(port) as () => Endpoint)());
}
