/** The configuration of a private Postfix: nothing of the system's own is read, used or touched. */
import { join } from 'node:path';
import {
  ACCOUNTS,
  BOXES,
  BROKEN,
  INJECTOR,
  POSTFIX,
  type Ports,
  RELAY,
  SIGNED_IN,
  SOURCES,
} from './layout.ts';

/** Where things are below the folder of this Postfix. */
export interface PostfixFolders {
  readonly config: string;
  readonly spool: string;
  readonly state: string;
  readonly mail: string;
  readonly log: string;
}

/** All files of the configuration folder, by name. `key` and `cert` are paths. */
export function postfixConfig(
  folders: PostfixFolders,
  ports: Ports,
  { key, cert }: { key: string; cert: string },
): Record<string, string> {
  const { config, spool, state, mail, log } = folders;
  const domains = ['postfix.test', 'plain.postfix.test', ...SIGNED_IN.map((name) => `${name}.postfix.test`)];
  const at = (port: number) => `[127.0.0.1]:${port}`;
  const main = {
    compatibility_level: '3.6',
    queue_directory: spool,
    data_directory: state,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    maillog_file: log,
    maillog_file_prefixes: join(log, '..'),
    myhostname: 'mx.postfix.test',
    myorigin: 'postfix.test',
    mydestination: '',
    mynetworks: `${INJECTOR}/32`,
    // The listeners name addresses of their own, which no interface of the machine has: Postfix refuses those here.
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    recipient_delimiter: '+',
    virtual_mailbox_domains: domains.join(', '),
    virtual_mailbox_base: mail,
    virtual_mailbox_maps: `regexp:${join(config, 'boxes')}`,
    virtual_uid_maps: 'static:65534',
    virtual_gid_maps: 'static:65534',
    virtual_minimum_uid: '100',
    virtual_mailbox_limit: '0',
    message_size_limit: String(40 * 1_048_576),
    mailbox_size_limit: '0',
    transport_maps: `texthash:${join(config, 'transport')}`,
    smtputf8_enable: 'yes',
    smtpd_tls_cert_file: cert,
    smtpd_tls_key_file: key,
    smtpd_tls_security_level: 'may',
    smtpd_relay_restrictions: 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
    smtpd_restriction_classes: 'greylisted',
    greylisted: `check_policy_service inet:127.0.0.1:${ports.policy}`,
    smtpd_recipient_restrictions: 'check_recipient_access inline:{ { grey@postfix.test = greylisted } }',
    smtpd_sasl_local_domain: 'postfix.test',
    // Debian looks there anyway, whatever is said here.
    cyrus_sasl_config_path: join(config, 'sasl'),
    smtp_bind_address: SOURCES.postfix,
    smtp_dns_support_level: 'disabled',
    smtp_tls_security_level: 'may',
    // Otherwise it breaks lines of more than 998 bytes in two, and what arrives is not what was sent.
    smtp_line_length_limit: '0',
    smtp_sasl_security_options: 'noanonymous',
    smtp_sasl_auth_soft_bounce: 'no',
    default_destination_recipient_limit: '1000',
    kept_destination_concurrency_limit: '1',
    minimal_backoff_time: '600s',
  };
  const routes: Record<string, string> = {
    'waypost.test': `smtp:${at(ports.waypost)}`,
    'clear.waypost.test': `clear:${at(ports.waypost)}`,
    'starttls.waypost.test': `starttls:${at(ports.waypost)}`,
    'wrapped.waypost.test': `wrapped:${at(ports.waypostTls)}`,
    'kept.waypost.test': `kept:${at(ports.waypost)}`,
    ...Object.fromEntries(SIGNED_IN.map((name) => [`${name}.exim.test`, `${name}:${at(ports.waypost)}`])),
    [`${BROKEN}@postfix.test`]: 'failing:',
  };
  const { address, password } = ACCOUNTS.anna;
  return {
    'main.cf': lines(Object.entries(main).map(([name, value]) => `${name} = ${value}`)),
    'master.cf': lines([...listeners(ports), ...clients(config), ...services()]),
    boxes: lines(BOXES.map((name) => `/^${name}@/ ${name}/`)),
    transport: lines(Object.entries(routes).map(([domain, route]) => `${domain} ${route}`)),
    right: `127.0.0.1 ${address}:${password}\n`,
    wrong: `127.0.0.1 ${address}:not ${password}\n`,
    'sasl/smtpd.conf': lines([
      'pwcheck_method: auxprop',
      'auxprop_plugin: sasldb',
      `sasldb_path: ${join(config, 'sasldb2')}`,
      'mech_list: PLAIN LOGIN',
    ]),
  };
}

/** Makes the account at Postfix: the arguments of saslpasswd2, which reads the password. */
export function saslAccount(config: string): string[] {
  return ['-p', '-c', '-f', join(config, 'sasldb2'), '-u', 'postfix.test', RELAY.user];
}

function listeners({ peers }: Ports): string[] {
  const signedIn =
    '-o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject';
  const listener = (host: string, options: string) => `${host}:${peers} inet n - n - - smtpd ${options}`;
  return [
    listener(POSTFIX.mx, ''),
    listener(
      POSTFIX.plain,
      '-o smtpd_tls_security_level=none -o smtputf8_enable=no -o message_size_limit=1048576',
    ),
    listener(POSTFIX.tls, `-o smtpd_tls_wrappermode=yes ${signedIn}`),
    listener(POSTFIX.submission, signedIn),
  ];
}

/** One client for each way of reaching Waypost. */
function clients(config: string): string[] {
  const client = (name: string, options: string) => `${name} unix - - n - - smtp ${options}`;
  const signsIn = (mechanism: string, file: string) =>
    `-o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=${mechanism} ` +
    `-o smtp_sasl_password_maps=texthash:${join(config, file)} -o smtp_tls_security_level=encrypt`;
  const options = {
    clear: '-o smtp_tls_security_level=none',
    starttls: '-o smtp_tls_security_level=encrypt',
    wrapped: '-o smtp_tls_wrappermode=yes -o smtp_tls_security_level=encrypt',
    kept: '-o smtp_connection_cache_destinations=static:all -o smtp_tls_connection_reuse=yes',
    'plain-auth': signsIn('plain', 'right'),
    'login-auth': signsIn('login', 'right'),
    'wrong-auth': signsIn('plain', 'wrong'),
  };
  return [
    ...Object.entries(options).map(([name, each]) => client(name, each)),
    'failing unix - n n - - pipe user=nobody argv=/bin/false',
  ];
}

/** What every Postfix consists of, nothing of it in a chroot. */
function services(): string[] {
  const plain = [
    'smtp',
    'relay',
    'showq',
    'error',
    'retry',
    'discard',
    'virtual',
    'anvil',
    'scache',
    'tlsproxy',
  ];
  const program: Record<string, string> = { relay: 'smtp', retry: 'error' };
  const most: Record<string, string> = { anvil: '1', scache: '1', tlsproxy: '0' };
  return [
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'proxywrite unix - - n - 1 proxymap',
    'postlog unix-dgram n - n - 1 postlogd',
    ...plain.map((name) => {
      const privileged = name === 'virtual' ? 'n' : '-';
      return `${name} unix ${name === 'showq' ? 'n' : '-'} ${privileged} n - ${most[name] ?? '-'} ${program[name] ?? name}`;
    }),
  ];
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
