/** Which ways a message takes: settings → hops. Pure, so that the window can ask it too. */
import type { Settings } from '../contract/settings.ts';
import type { Hop } from '../mail/message.ts';

/** The hops of every remote message under these settings, in the order in which they are tried. */
export function planHops(settings: Pick<Settings, 'smartHost'>): Hop[] {
  const { enabled, exclusive } = settings.smartHost;
  if (!enabled) return ['mx'];
  return exclusive ? ['smarthost'] : ['mx', 'smarthost'];
}

/** The route in words: "direct", "SmartHost" or "direct, then SmartHost". */
export function routeText(hops: readonly Hop[]): string {
  return hops.map((hop) => (hop === 'mx' ? 'direct' : 'SmartHost')).join(', then ');
}

/**
 * What counts as one destination for limits and for jobs: the SmartHost where it comes first, else the
 * recipients' domain. `domain` is in ASCII and lower case. A domain can't contain the space of the key.
 */
export function destinationKey(hops: readonly Hop[], domain: string): string {
  return hops[0] === 'smarthost' ? 'the SmartHost' : domain;
}

/** Of the destinations of attempts that run, those that have as many as they may. */
export function fullDestinations(
  running: readonly string[],
  { delivery, outgoing }: Pick<Settings, 'delivery' | 'outgoing'>,
): string[] {
  const most = Math.min(delivery.perDestination, outgoing.maxConnections);
  return [...new Set(running)].filter((one) => running.filter((other) => other === one).length >= most);
}
