/**
 * Everything there is to say about a setting, said once.
 *
 * `SETTINGS` maps each setting's path to its label, help, default and limits. The type `Settings`, the
 * schema, the defaults, the form, the command line and README's table all derive from it (`settings.ts`),
 * so a new setting is one new entry here.
 *
 * Labels of the original 'Connections' tab are kept to the letter.
 */
import { z } from 'zod';
import { addressSchema, cidrSchema, dnsServerSchema, hostnameSchema, smartHostSchema } from './fields.ts';
import { choice, list, text, toggle, whole } from './kinds.ts';
import { listenerAddress, listenerPort, listenerSecurity, pop3Port } from './listener-settings.ts';

export const SETTINGS = {
  'smartHost.enabled': toggle({
    label: 'SmartHost',
    group: 'SmartHost',
    help: 'Send through another mail server, for instance that of your provider.',
    default: false,
    effect: 'route',
  }),
  'smartHost.host': text(
    {
      label: 'SmartHost name or IP address',
      group: 'SmartHost',
      help: 'A name, an IPv4 address or an [IPv6 address], with :port if it is not 25.',
      default: '',
      effect: 'route',
    },
    smartHostSchema,
  ),
  'smartHost.exclusive': toggle({
    label: 'Use SmartHost Exclusively',
    group: 'SmartHost',
    help: 'On: all mail goes by the SmartHost. Off: only where sending directly fails.',
    default: false,
    effect: 'route',
  }),
  'smartHost.authenticate': toggle({
    label: 'Authenticate',
    group: 'SmartHost',
    help: 'Sign in to the SmartHost.',
    default: false,
    effect: 'route',
  }),
  'smartHost.account': text({
    label: 'Account Name',
    group: 'SmartHost',
    help: 'An account that exists on the SmartHost.',
    default: '',
    effect: 'route',
  }),
  'smartHost.password': text({
    label: 'Password',
    group: 'SmartHost',
    help: 'Stored on this machine and never shown again.',
    default: '',
    effect: 'route',
    secret: true,
  }),
  'smartHost.security': choice(['auto', 'starttls', 'tls', 'none'], {
    label: 'Security',
    group: 'SmartHost',
    help: 'auto: STARTTLS where offered, TLS on port 465. starttls: required. tls: from the first byte. none: plain text.',
    default: 'auto',
    effect: 'route',
  }),
  'outgoing.maxConnections': whole(1, 20, {
    label: 'Maximum Connections',
    group: 'Outgoing',
    help: 'Outgoing connections at a time. 1 sends strictly one message after the other.',
    default: 2,
    unit: 'connections',
    effect: 'limits',
  }),
  'incoming.primary.port': listenerPort('Primary'),
  'incoming.primary.address': listenerAddress('Primary'),
  'incoming.primary.security': listenerSecurity('Primary'),
  'incoming.secondary.port': listenerPort('Secondary'),
  'incoming.secondary.address': listenerAddress('Secondary'),
  'incoming.secondary.security': listenerSecurity('Secondary'),
  'incoming.maxTotal': whole(10, 100, {
    label: 'Total',
    group: 'Incoming',
    help: 'Incoming connections at a time, over both ports together.',
    default: 20,
    unit: 'connections',
    effect: 'limits',
  }),
  'incoming.maxPerHost': whole(1, 10, {
    label: 'From a Single Host',
    group: 'Incoming',
    help: 'Incoming connections at a time from one IP address, over both ports together.',
    default: 5,
    unit: 'connections',
    effect: 'limits',
  }),
  'pickup.pop3.port': pop3Port(
    'POP3',
    '110 is customary; encrypted where the mail program asks for it. 0: off.',
  ),
  'pickup.pop3.tlsPort': pop3Port(
    'POP3 over TLS',
    '995 is customary; encrypted from the first byte. 0: off.',
  ),
  'pickup.pop3.address': text(
    {
      label: 'POP3 IP address',
      group: 'Pick-up',
      help: 'One address of this machine, or empty for all addresses.',
      default: '',
      effect: 'listeners',
    },
    addressSchema,
  ),
  'pickup.maxTotal': whole(10, 100, {
    label: 'Maximum Pick-up Connections',
    group: 'Pick-up',
    help: 'Mail programs that may pick up mail at a time, over both ports together.',
    default: 20,
    unit: 'connections',
    effect: 'limits',
  }),
  'pickup.maxPerHost': whole(1, 10, {
    label: 'Pick-up From a Single Host',
    group: 'Pick-up',
    help: 'Mail programs that may pick up mail at a time from one IP address.',
    default: 5,
    unit: 'connections',
    effect: 'limits',
  }),
  maxMessageSizeMB: whole(1, 1024, {
    label: 'Maximum Message Size (MB)',
    group: 'Messages',
    help: 'Largest message, incoming and outgoing. 1 MB is 1,048,576 bytes.',
    default: 25,
    unit: 'MB',
    effect: 'limits',
  }),
  hostname: text(
    {
      label: 'Server name',
      group: 'Advanced',
      help: 'The name this server greets with; best one that DNS knows. Default: the name of this machine.',
      default: 'localhost',
      effect: 'identity',
    },
    hostnameSchema,
  ),
  'relay.trustedNetworks': list(
    {
      label: 'Trusted networks',
      group: 'Advanced',
      help: 'Networks that may send to anyone without signing in, for instance 192.168.1.0/24.',
      default: ['127.0.0.0/8', '::1/128'],
      effect: 'identity',
    },
    cidrSchema,
  ),
  'tls.certFile': text({
    label: 'Certificate file',
    group: 'Advanced',
    help: 'PEM file with the certificate chain. Empty: the self-signed certificate made at first start.',
    default: '',
    effect: 'listeners',
  }),
  'tls.keyFile': text({
    label: 'Private key file',
    group: 'Advanced',
    help: 'PEM file with the private key of the certificate.',
    default: '',
    effect: 'listeners',
  }),
  'delivery.retryMinutes': list(
    {
      label: 'Retry after',
      group: 'Delivery',
      help: 'Waiting times between attempts; the last one repeats.',
      default: [2, 5, 10, 20, 40, 60, 120, 240],
      unit: 'minutes',
      effect: 'delivery',
    },
    z
      .int({ error: 'Each waiting time is a whole number of minutes.' })
      .min(1, 'At least 1 minute.')
      .max(10080, 'At most 10080 minutes (a week).'),
    1,
  ),
  'delivery.lifetimeHours': whole(1, 720, {
    label: 'Give up after',
    group: 'Delivery',
    help: 'A message that could not be delivered for so long goes back to its sender.',
    default: 96,
    unit: 'hours',
    effect: 'delivery',
  }),
  'delivery.delayNoticeHours': whole(0, 720, {
    label: 'Delay notice after',
    group: 'Delivery',
    help: 'Tell the sender that a message is still waiting. 0 sends no notice.',
    default: 4,
    unit: 'hours',
    effect: 'delivery',
  }),
  'delivery.perDestination': whole(1, 20, {
    label: 'Connections per destination',
    group: 'Delivery',
    help: 'Connections at a time to one destination; never more than the outgoing maximum.',
    default: 5,
    unit: 'connections',
    effect: 'limits',
  }),
  'delivery.dnsServers': list(
    {
      label: 'DNS servers',
      group: 'Delivery',
      help: 'IP or IP:PORT ([IPv6]:PORT) of each. Empty: those of the system.',
      default: [],
      effect: 'route',
    },
    dnsServerSchema,
  ),
  'delivery.mxPort': whole(1, 65535, {
    label: 'MX port',
    group: 'Delivery',
    help: 'Port of remote mail servers. Anything but 25 is for tests.',
    default: 25,
    effect: 'route',
  }),
  'log.keepDays': whole(1, 3650, {
    label: 'Keep the mail log for',
    group: 'Mail Log',
    help: 'Older entries are removed.',
    default: 14,
    unit: 'days',
    effect: 'log',
  }),
  'log.maxMB': whole(10, 10240, {
    label: 'Mail log size',
    group: 'Mail Log',
    help: 'When the log grows beyond this, its oldest entries are removed.',
    default: 200,
    unit: 'MB',
    effect: 'log',
  }),
};
