/** One bound port: opening it, saying in words why it can't be opened, and closing it for newcomers. */
import { createServer, type Server, type Socket } from 'node:net';
import { endpointText, type PlannedListener } from '../contract/listeners.ts';

export type BindCode = 'PORT_IN_USE' | 'NOT_PERMITTED' | 'ADDRESS_NOT_AVAILABLE';

/** A port that can't be opened; the message is one sentence with what to do. */
export class BindError extends Error {
  override name = 'BindError';
  readonly code: BindCode;
  constructor(code: BindCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** How a `PortOwner` names this very process. */
const OURSELVES = 'Waypost itself';

/** Who holds a port, where the system tells: "nginx (pid 812)". */
export type PortOwner = (port: number) => Promise<string | undefined>;

export interface Endpoint {
  /** Stops accepting; connections that are open live on. Resolves when the port is free. */
  close(): Promise<void>;
}

/** Opens the planned port and hands each connection to `accept`. Throws `BindError`. */
export async function openEndpoint(
  planned: PlannedListener,
  accept: (socket: Socket) => void,
  portOwner: PortOwner,
): Promise<Endpoint> {
  try {
    return endpoint(await listen(planned, accept));
  } catch (error) {
    throw await bindError(planned, error as NodeJS.ErrnoException, portOwner);
  }
}

async function listen(planned: PlannedListener, accept: (socket: Socket) => void): Promise<Server> {
  if (planned.address !== '') return bind(planned.address, planned.port, accept);
  try {
    return await bind('::', planned.port, accept);
  } catch (error) {
    // A machine without IPv6 has no '::'; all its addresses are IPv4.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    return bind('0.0.0.0', planned.port, accept);
  }
}

function bind(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, accept);
    server.once('error', reject);
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject);
      // A fault while accepting (such as too many open files) concerns one connection, not the port.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

function endpoint(server: Server): Endpoint {
  return {
    // `close` waits for the connections too, but the port is free as soon as it was called.
    close: async () => {
      server.close();
      await new Promise((freed) => setImmediate(freed));
    },
  };
}

async function bindError(planned: PlannedListener, error: NodeJS.ErrnoException, portOwner: PortOwner) {
  const where = endpointText(planned);
  switch (error.code) {
    case 'EADDRINUSE': {
      const owner = (await portOwner(planned.port)) ?? 'another program';
      // Its own settings window, perhaps: nothing that a person could stop.
      const advice =
        owner === OURSELVES ? 'Choose another port.' : 'Stop that program or choose another port.';
      return new BindError('PORT_IN_USE', `${capital(where)} is in use by ${owner}. ${advice}`);
    }
    case 'EACCES':
      return new BindError('NOT_PERMITTED', notPermitted(planned.port, process.platform));
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return new BindError(
        'ADDRESS_NOT_AVAILABLE',
        `This machine has no address ${planned.address}. Choose one of its addresses, or all addresses.`,
      );
    default:
      return new BindError('ADDRESS_NOT_AVAILABLE', `${capital(where)} can't be opened: ${error.message}.`);
  }
}

/** Why a port may not be opened, and the one fix for the given platform. */
export function notPermitted(port: number, platform: NodeJS.Platform): string {
  const refused = `This system doesn't let Waypost open port ${port}`;
  switch (platform) {
    case 'linux':
      return `${refused}. Allow it with: sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`;
    case 'darwin':
      return `${refused} on a single address. Choose all addresses, or a port above 1023.`;
    case 'win32':
      return `${refused}: it is reserved. "netsh int ipv4 show excludedportrange tcp" lists reserved ports; choose another.`;
    default:
      return `${refused}. Choose a port above 1023, or start Waypost with the right to open it.`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
