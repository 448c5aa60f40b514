/** IP addresses of peers: which of them are one host, and which networks they lie in. */
import ipaddr from 'ipaddr.js';

/** Addresses that count as one host: an IPv4 address, or an IPv6 network of 64 bits, which one host owns. */
export function hostKey(remoteAddress: string): string {
  if (!ipaddr.isValid(remoteAddress)) return remoteAddress;
  const address = ipaddr.process(remoteAddress);
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** The address as people know it: without the prefix of IPv4 on an IPv6 socket. */
export function plainAddress(remoteAddress: string): string {
  return ipaddr.isValid(remoteAddress) ? ipaddr.process(remoteAddress).toString() : remoteAddress;
}

/** True when the address lies in one of the networks (CIDR or single addresses). */
export function inNetworks(remoteAddress: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(remoteAddress)) return false;
  const address = ipaddr.process(remoteAddress);
  return networks.some((network) => {
    const [range, bits] = network.includes('/')
      ? ipaddr.parseCIDR(network)
      : [ipaddr.parse(network), undefined];
    if (range.kind() !== address.kind()) return false;
    return address.match(range, bits ?? (range.kind() === 'ipv4' ? 32 : 128));
  });
}

export function isLoopback(remoteAddress: string): boolean {
  return inNetworks(remoteAddress, ['127.0.0.0/8', '::1']);
}
