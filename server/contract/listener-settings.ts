/** The settings that each listener has, said once for all of them. `label` tells them apart. */
import { addressSchema } from './fields.ts';
import { choice, text, whole } from './kinds.ts';

export const listenerPort = (label: string) =>
  whole(1, 65535, {
    label,
    group: 'Incoming',
    help: 'Port for incoming connections. Mail servers use 25, mail programs often 587 or 465.',
    default: 25,
    effect: 'listeners',
  });

export const listenerAddress = (label: string) =>
  text(
    {
      label: `${label} IP address`,
      group: 'Incoming',
      help: 'One address of this machine, or empty for all addresses.',
      default: '',
      effect: 'listeners',
    },
    addressSchema,
  );

export const listenerSecurity = (label: string) =>
  choice(['none', 'starttls', 'tls'], {
    label: `${label} Security`,
    group: 'Incoming',
    help: 'none: plain text only. starttls: offered to every client. tls: encrypted from the first byte.',
    default: 'starttls',
    effect: 'listeners',
  });

export const pop3Port = (label: string, help: string) =>
  whole(0, 65535, { label, group: 'Pick-up', help, default: 0, effect: 'listeners' });
