/** By which names the settings window may be called. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { localAddresses } from '../machine.ts';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** Whether `host` stands for all addresses of this machine. */
export function isWildcard(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'unspecified';
}

/**
 * The names of a window that listens at `host`: that one, those of loopback and, where other machines can
 * reach it, this machine's addresses and the names that its certificate (PEM) vouches for.
 */
export function ownNames(host: string, certificate?: string): (name: string) => boolean {
  const names = new Set([...LOOPBACK_NAMES, host.toLowerCase()]);
  if (certificate === undefined) return (name) => names.has(name);
  const x509 = new X509Certificate(certificate);
  return (name) =>
    names.has(name) ||
    (isIP(name) === 0
      ? x509.checkHost(name) !== undefined
      : localAddresses().some(({ address }) => address === name));
}
