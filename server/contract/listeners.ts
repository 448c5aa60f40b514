/** Which listeners the settings ask for. Pure, so that the window can tell as well as the engine does. */
import { canonicalAddress } from './fields.ts';
import type { Settings } from './settings.ts';
import { onlyPrimaryApplies } from './validate.ts';

export type ListenerName = 'primary' | 'secondary';

/** A listener as the settings want it; address '' is every address of the machine. */
export interface PlannedListener {
  readonly name: ListenerName;
  readonly address: string;
  readonly port: number;
  readonly security: Settings['incoming']['primary']['security'];
}

/** The listeners the settings ask for, the primary first. */
export function plannedListeners(incoming: Settings['incoming']): PlannedListener[] {
  const plan = (name: ListenerName): PlannedListener => {
    const { address, port, security } = incoming[name];
    return { name, address: canonicalAddress(address), port, security };
  };
  return onlyPrimaryApplies(incoming) ? [plan('primary')] : [plan('primary'), plan('secondary')];
}

/** True when both name the same socket; their security may differ. */
export function sameEndpoint(one: PlannedListener, two: PlannedListener): boolean {
  return one.port === two.port && one.address === two.address;
}

/** "port 25" or "port 25 on 192.168.1.10", as it stands in sentences. */
export function endpointText({ address, port }: Pick<PlannedListener, 'address' | 'port'>): string {
  return address === '' ? `port ${port}` : `port ${port} on ${address}`;
}
