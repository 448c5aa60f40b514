/** Which listeners the settings ask for. Pure, so that the window can tell as well as the engine does. */
import { canonicalAddress } from './fields.ts';
import type { Settings } from './settings.ts';
import { onlyPrimaryApplies } from './validate.ts';

export type ListenerName = 'primary' | 'secondary' | 'pop3' | 'pop3s';

/** A listener as the settings want it; address '' is every address of the machine. */
export interface PlannedListener {
  readonly name: ListenerName;
  readonly address: string;
  readonly port: number;
  readonly security: Settings['incoming']['primary']['security'];
}

/** The listeners the settings ask for: those for incoming mail, the primary first, then those for picking it up. */
export function plannedListeners({
  incoming,
  pickup,
}: Pick<Settings, 'incoming' | 'pickup'>): PlannedListener[] {
  const plan = (name: 'primary' | 'secondary'): PlannedListener => {
    const { address, port, security } = incoming[name];
    return { name, address: canonicalAddress(address), port, security };
  };
  const address = canonicalAddress(pickup.pop3.address);
  const pop3 = [
    { name: 'pop3', address, port: pickup.pop3.port, security: 'starttls' },
    { name: 'pop3s', address, port: pickup.pop3.tlsPort, security: 'tls' },
  ] as const;
  return [
    plan('primary'),
    ...(onlyPrimaryApplies(incoming) ? [] : [plan('secondary')]),
    ...pop3.filter(({ port }) => port !== 0),
  ];
}

/** Whether a listener takes mail in, and does not hand it out. */
export function isIncoming({ name }: Pick<PlannedListener, 'name'>): boolean {
  return name === 'primary' || name === 'secondary';
}

/** True when both name the same socket; their security may differ. */
export function sameEndpoint(one: PlannedListener, two: PlannedListener): boolean {
  return one.port === two.port && one.address === two.address;
}

/** "port 25" or "port 25 on 192.168.1.10", as it stands in sentences. */
export function endpointText({ address, port }: Pick<PlannedListener, 'address' | 'port'>): string {
  return address === '' ? `port ${port}` : `port ${port} on ${address}`;
}
