/** What router and firewall need so that others can connect, and how to try it from outside. Pure. */
import type { ListenerView } from '../contract/views.ts';

const LOOPBACK = /^(127\.|::1$)/;

interface Advice {
  readonly detail: string;
  readonly advice: string;
}

/** @param listeners those that take mail in @param addresses of this machine, the likeliest first */
export function outsideAdvice(
  listeners: readonly Pick<ListenerView, 'port' | 'address'>[],
  addresses: readonly string[],
  platform: NodeJS.Platform,
): Advice {
  const outside = addresses.find((address) => !LOOPBACK.test(address) && !address.includes(':'));
  const open = listeners.filter(({ address }) => !LOOPBACK.test(address));
  if (open.length === 0) {
    const [port] = listeners.map((listener) => listener.port);
    return {
      detail: 'Only this machine can connect: the ports are open on its loopback address alone.',
      advice:
        port === undefined
          ? ''
          : 'For mail from elsewhere choose All addresses, or an address of its network.',
    };
  }
  const ports = [...new Set(open.map(({ port }) => port))];
  const routes = open.map(
    ({ port, address }) => `forward TCP port ${port} to ${address || outside || 'this machine'}`,
  );
  return {
    detail: 'That can’t be tried from here: router and firewall have to let it in.',
    advice: [
      `In the router: ${[...new Set(routes)].join(', ')}.`,
      firewallAdvice(ports, platform),
      `To try it, send a mail from an account elsewhere, or connect to the public address, port ${ports[0]}, from a phone without Wi-Fi.`,
    ].join(' '),
  };
}

function firewallAdvice(ports: readonly number[], platform: NodeJS.Platform): string {
  const list = ports.join(', ');
  switch (platform) {
    case 'linux': {
      const added = ports.map((port) => `--add-port=${port}/tcp`).join(' ');
      const allowed = ports.map((port) => `sudo ufw allow ${port}/tcp`).join(' && ');
      return `In this machine’s firewall, if it has one: sudo firewall-cmd --permanent ${added} && sudo firewall-cmd --reload (firewalld), or ${allowed} (ufw).`;
    }
    case 'win32':
      return `In Windows Defender Firewall: Inbound Rules, New Rule, Port, TCP ${list}, Allow.`;
    case 'darwin':
      return 'On this Mac: System Settings, Network, Firewall, Options, allow incoming connections for Waypost.';
    default:
      return `In this machine’s firewall: allow TCP port ${list}.`;
  }
}
