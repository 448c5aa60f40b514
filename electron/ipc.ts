/** The contract over a MessagePort: what the WebSocket is to a browser. */

import type { Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { PORT_CHANNEL } from '../server/contract/port.ts';
import { answered, type ContractRouter, type FaultLog } from '../server/web/rpc.ts';

export interface PortsOptions {
  /** Whether a message comes from our own page. */
  readonly isOurs: (event: IpcMainEvent) => boolean;
  readonly log: FaultLog;
}

export interface Ports {
  /** From now on calls are answered, those that came before included. */
  serve(router: ContractRouter<Context>, context: Context): void;
  /** Takes no more ports and closes those that are open. */
  stop(): void;
}

/** Takes every port that our page sends; one from anywhere else is closed and told of. */
export function openPorts(ipc: IpcMain, { isOurs, log }: PortsOptions): Ports {
  const open = new Set<MessagePortMain>();
  let upgrade: ((port: MessagePortMain) => void) | undefined;

  const take = (event: IpcMainEvent): void => {
    const [port, ...others] = event.ports;
    if (!isOurs(event) || !port || others.length > 0) {
      for (const each of event.ports) each.close();
      log(
        new Error(`A message from ${event.senderFrame?.url ?? 'a frame that is gone'} was refused.`),
        'port',
      );
      return;
    }
    open.add(port);
    port.on('close', () => open.delete(port));
    upgrade?.(port);
  };
  ipc.on(PORT_CHANNEL, take);

  return {
    serve(router, context) {
      const handler = new RPCHandler(router, { interceptors: [(call) => answered(call, log)] });
      upgrade = (port) => {
        handler.upgrade(port, { context });
        // What came before lies in the port until now.
        port.start();
      };
      for (const port of open) upgrade(port);
    },
    stop() {
      ipc.off(PORT_CHANNEL, take);
      for (const port of open) port.close();
      open.clear();
    },
  };
}
