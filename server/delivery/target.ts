/** Where a connection goes and how it is protected: one value, from which a kept connection is found again. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { parseHostPort } from '../contract/fields.ts';
import type { Settings } from '../contract/settings.ts';
import { remembering } from '../mail/remembering.ts';

/** When TLS begins. `offered`: with STARTTLS where the peer offers it, else not at all. */
export type TlsStart = 'offered' | 'required' | 'implicit' | 'never';

/** One address of one host, with all that makes a connection to it what it is. */
export interface Target {
  /** The host's name, or its address where it has none; certificates are checked against it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly tls: TlsStart;
  /** Whether the certificate must be valid for `host`. */
  readonly verify: boolean;
  /** Never sent before TLS is on, unless `tls` is `never`. Where given, signing in must succeed. */
  readonly account?: { readonly user: string; readonly password: string };
  /** Our name for EHLO. */
  readonly helo: string;
}

/** A target whose host is yet to be resolved to addresses. */
export type UnresolvedTarget = Omit<Target, 'address'>;

/**
 * A host of the recipient's domain. TLS is opportunistic (RFC 7435): any certificate is better than none,
 * and mail that can't be encrypted still goes.
 */
export function mxTarget(host: string, settings: Settings): UnresolvedTarget {
  return {
    host,
    port: settings.delivery.mxPort,
    tls: 'offered',
    verify: false,
    helo: settings.hostname,
  };
}

/**
 * The SmartHost of the settings; undefined when its field holds no host.
 *
 * Where TLS is required (`starttls`, `tls`, and `auto` on port 465) the certificate must be valid. With
 * `auto` elsewhere any certificate will do: whoever could forge one could as well hide that STARTTLS is
 * offered, so refusing it would only break the self-signed relay in the next room.
 */
export function smartHostTarget(settings: Settings): UnresolvedTarget | undefined {
  const { host: field, security, authenticate, account, password } = settings.smartHost;
  const place = placeOf(field);
  if (place === undefined) return undefined;
  const tls = tlsStart(security, place.port);
  return {
    ...place,
    tls,
    verify: tls === 'required' || tls === 'implicit',
    ...(authenticate ? { account: { user: account, password } } : {}),
    helo: settings.hostname,
  };
}

/** Asked for each attempt. */
const placeOf = remembering((field) => parseHostPort(field, 25));

function tlsStart(security: Settings['smartHost']['security'], port: number): TlsStart {
  switch (security) {
    case 'auto':
      return port === 465 ? 'implicit' : 'offered';
    case 'starttls':
      return 'required';
    case 'tls':
      return 'implicit';
    case 'none':
      return 'never';
  }
}

/** Equal for two targets that one connection can serve. The password is in it as a hash only. */
export function targetKey(target: Target): string {
  const { host, address, port, tls, verify, account, helo } = target;
  const secret = account && createHash('sha256').update(`${account.user}\0${account.password}`).digest('hex');
  return JSON.stringify([host, address, port, tls, verify, helo, secret ?? null]);
}

/** The host as people know it: its name with the address behind it, or the address alone. */
export function describeTarget({ host, address }: Target): string {
  return isIP(host) || host === `[${address}]` ? address : `${host} [${address}]`;
}
