/** IP addresses of peers: which of them are one host, and which networks they lie in. */
import ipaddr from 'ipaddr.js';
import { remembering } from '../mail/remembering.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network: its address, and how many bits of it count. */
type Range = readonly [Address, number];

/** Addresses that count as one host: an IPv4 address, or an IPv6 network of 64 bits, which one host owns. */
export function hostKey(remoteAddress: string): string {
  const address = addressOf(remoteAddress);
  if (!address) return remoteAddress;
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** The address as people know it: without the prefix of IPv4 on an IPv6 socket. */
export function plainAddress(remoteAddress: string): string {
  return addressOf(remoteAddress)?.toString() ?? remoteAddress;
}

/** True when the address lies in one of the networks (CIDR or single addresses). */
export function inNetworks(remoteAddress: string, networks: readonly string[]): boolean {
  const address = addressOf(remoteAddress);
  if (!address) return false;
  return networks.some((network) => {
    const [range, bits] = rangeOf(network);
    return range.kind() === address.kind() && address.match(range, bits);
  });
}

export function isLoopback(remoteAddress: string): boolean {
  return inNetworks(remoteAddress, ['127.0.0.0/8', '::1']);
}

/** undefined for what is no IP address. */
const addressOf = remembering((text): Address | undefined =>
  ipaddr.isValid(text) ? ipaddr.process(text) : undefined,
);

const rangeOf = remembering((network): Range => {
  if (network.includes('/')) return ipaddr.parseCIDR(network);
  const address = ipaddr.parse(network);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
});
