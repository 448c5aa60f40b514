/** The configuration of a private Exim, in Exim's own language. */
import { ACCOUNTS, EXIM, INJECTOR, type Ports, RELAY, SOURCES } from './layout.ts';

/** The file. `program` is Exim's own path; `key` and `cert` are paths. `folder` holds spool, mail, log and the list of boxes. */
export function eximConfig(
  program: string,
  folder: string,
  ports: Ports,
  { key, cert }: { key: string; cert: string },
): string {
  return [
    main(program, folder, ports, key, cert),
    ACLS,
    routers(folder, ports),
    TRANSPORTS(folder),
    RETRY,
    AUTHENTICATORS,
  ].join('\n');
}

const main = (program: string, folder: string, { peers, eximTls }: Ports, key: string, cert: string) => `
primary_hostname = mx.exim.test
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/log/exim.pid
# All is delivered to files of its own user, so root is not needed.
deliver_drop_privilege = true
exim_path = ${program}
keep_environment =
local_interfaces = <; ${[EXIM.mx, EXIM.plain, EXIM.submission].map((host) => `${host}.${peers}`).join(' ; ')} ; ${EXIM.tls}.${eximTls}
tls_on_connect_ports = ${eximTls}
tls_certificate = ${cert}
tls_privatekey = ${key}
tls_advertise_hosts = \${if eq{$received_ip_address}{${EXIM.plain}}{}{*}}
smtputf8_advertise_hosts = \${if eq{$received_ip_address}{${EXIM.plain}}{}{*}}
message_size_limit = \${if eq{$received_ip_address}{${EXIM.plain}}{1M}{40M}}
dsn_advertise_hosts = *
auth_advertise_hosts = \${if inlist{$received_ip_address}{${EXIM.tls}:${EXIM.submission}}{*}{}}
recipients_max = 1000
smtp_accept_max_per_host = 50
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
log_selector = +tls_cipher +smtp_protocol_error
`;

const ACLS = `
begin acl

acl_rcpt:
  accept hosts = ${INJECTOR}
  accept authenticated = *
  deny message = 550 5.7.1 Sign in first
    condition = \${if inlist{$received_ip_address}{${EXIM.tls}:${EXIM.submission}}}
  deny message = 550 5.7.1 Relaying denied
    !domains = exim.test : *.exim.test
  deny message = 550 5.1.1 No such box at Exim
    !verify = recipient
  defer message = 450 4.2.0 Greylisted, come back later
    local_parts = grey
    !seen = -1s / key=\${sender_address}_\${local_part}
  accept

acl_data:
  deny message = 554 5.7.1 Exim does not like this content
    condition = \${if def:h_X-Refuse:}
  accept
`;

const routers = (folder: string, { waypost, waypostTls }: Ports) => {
  const router = (name: string, domain: string, transport: string, port: number) => `
${name}:
  driver = manualroute
  domains = ${domain}
  transport = ${transport}
  route_list = * 127.0.0.1::${port}
  self = send
  no_more
`;
  return `
begin routers
${router('clear', 'clear.waypost.test', 'to_clear', waypost)}
${router('starttls', 'starttls.waypost.test', 'to_starttls', waypost)}
${router('wrapped', 'wrapped.waypost.test', 'to_wrapped', waypostTls)}
${router('waypost', '*.waypost.test : waypost.test', 'to_waypost', waypost)}
${router('signed_in', '*.postfix.test', 'to_signed_in', waypost)}
boxes:
  driver = accept
  domains = exim.test : *.exim.test
  local_parts = lsearch;${folder}/boxes
  transport = maildir
`;
};

const TRANSPORTS = (folder: string) => {
  // Lines longer than 998 bytes would be refused by Exim itself.
  const smtp = (name: string, options: string) => `
${name}:
  driver = smtp
  interface = ${SOURCES.exim}
  message_linelength_limit = 1000000
  allow_localhost
${options}
`;
  return `
begin transports
${smtp('to_waypost', '')}
${smtp('to_clear', '  hosts_avoid_tls = *')}
${smtp('to_starttls', '  hosts_require_tls = *')}
${smtp('to_wrapped', '  protocol = smtps')}
${smtp('to_signed_in', '  hosts_require_tls = *\n  hosts_require_auth = *')}
maildir:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail/$local_part_data
  create_directory
  return_path_add
  delivery_date_add
  envelope_to_add
`;
};

const RETRY = `
begin retry
# A wrong password stays wrong.
wrong-auth.postfix.test *
* * F,1h,5s
`;

const { address, password } = ACCOUNTS.anna;
const SECRET = `\${if eq{$domain}{wrong-auth.postfix.test}{not ${password}}{${password}}}`;

const AUTHENTICATORS = `
begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${RELAY.user}}}{eq{$auth3}{${RELAY.password}}}}}
  server_set_id = $auth2
  client_condition = \${if !eq{$domain}{login-auth.postfix.test}}
  client_send = ^${address}^${SECRET}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${RELAY.user}}}{eq{$auth2}{${RELAY.password}}}}}
  server_set_id = $auth1
  client_condition = \${if eq{$domain}{login-auth.postfix.test}}
  client_send = : ${address} : ${SECRET}
`;
