/**
 * The ports of a page on their way to the main process. Each is reached by another one that stays in the preload's
 * world, under a name that both processes know. Goes there as source text.
 */
import type { Codec } from './clone.ts';
import type { DomPort } from './dom.ts';
import type { FromWorld, ToWorld } from './world-messages.ts';

export function bridgePorts({ encode, decode }: Codec, send: (message: FromWorld) => void) {
  const ports = new Map<string, DomPort>();
  let portCount = 0;
  const keep = (name: string, port: DomPort) => {
    ports.set(name, port);
    port.onmessage = ({ data, ports: moved }: { data: unknown; ports: readonly DomPort[] }) => {
      try {
        send({ kind: 'port message', port: name, data: encode(data), ports: moved.map(take) });
      } catch (error) {
        send({ kind: 'lost', message: String(error) });
      }
    };
    port.addEventListener('close', () => {
      ports.delete(name);
      send({ kind: 'port closed', port: name });
    });
  };
  const take = (port: DomPort): string => {
    const name = `page-${++portCount}`;
    keep(name, port);
    return name;
  };
  const give = (name: string): DomPort => {
    const { port1, port2 } = new MessageChannel() as unknown as { port1: DomPort; port2: DomPort };
    keep(name, port1);
    return port2;
  };
  const message = ({ port, data, ports: names }: Extract<ToWorld, { kind: 'port message' }>): void => {
    ports.get(port)?.postMessage(decode(data), names.map(give));
  };
  const close = (name: string): void => {
    ports.get(name)?.close();
    ports.delete(name);
  };
  return { take, give, message, close };
}
