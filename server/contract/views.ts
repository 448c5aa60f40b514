/** What the window, the browser and the command line get to see of the engine. */
import { z } from 'zod';

/** One listener and its true state. */
export const listenerView = z.object({
  name: z.enum(['primary', 'secondary', 'pop3', 'pop3s']),
  /** '' = all addresses. */
  address: z.string(),
  port: z.int(),
  security: z.enum(['none', 'starttls', 'tls']),
  state: z.enum(['listening', 'failed']),
  /** Why it failed, in one sentence; null while listening. */
  reason: z.string().nullable(),
});

/** The two ways mail takes, each of which can be paused by itself. */
export const directions = ['incoming', 'outgoing'] as const;

/** What a person has paused. A pause lasts until it is resumed or Waypost starts again. */
export const pausedView = z.object({ incoming: z.boolean(), outgoing: z.boolean() });

/** The certificate that listeners present. */
export const certificateView = z.object({
  expiresAt: z.date(),
  /** True for the self-signed pair that Waypost made. */
  own: z.boolean(),
});

/** What is wrong with the files of the data folder, each in a few words with the way out; null where nothing is. */
export const storageView = z.object({
  /** The mail's database is damaged. */
  damage: z.string().nullable(),
  /** A mail log that could not be used was put aside since the start. */
  logPutAside: z.string().nullable(),
});

export const statusView = z.object({
  hostname: z.string(),
  listeners: z.array(listenerView),
  incoming: z.object({ now: z.int(), maxTotal: z.int(), maxPerHost: z.int() }),
  outgoing: z.object({ now: z.int(), max: z.int() }),
  paused: pausedView,
  queue: z.object({
    due: z.int(),
    deferred: z.int(),
    held: z.int(),
    /** How many of those that are due or deferred have waited for too long. */
    stuck: z.int(),
  }),
  /** What too long is: `delivery.delayNoticeHours`, or 4 where that is 0. */
  stuckAfterHours: z.int(),
  certificate: certificateView,
  storage: storageView,
  uptimeSeconds: z.int(),
});

export const accountView = z.object({
  address: z.string(),
  aliases: z.array(z.string()),
  /** 0 = no limit. */
  quotaMB: z.int(),
  usedBytes: z.int(),
  messages: z.int(),
  enabled: z.boolean(),
  lastSignIn: z.date().nullable(),
});

/** What of an account can be refused. */
export const accountFields = ['address', 'aliases', 'password'] as const;

export const mailView = z.object({
  id: z.string(),
  from: z.string(),
  subject: z.string(),
  size: z.int(),
  receivedAt: z.date(),
});

/** One queued recipient. */
export const queueView = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.enum(['due', 'sending', 'deferred', 'held']),
  attempts: z.int(),
  nextAttemptAt: z.date().nullable(),
  lastReply: z.string().nullable(),
  /** The way the next attempt takes, in words: "direct", "SmartHost" or "direct, then SmartHost". */
  route: z.string(),
  size: z.int(),
});

/** What kind of thing a log entry tells about. */
export const logKinds = ['session', 'message', 'delivery', 'server'] as const;

export const logLevels = ['info', 'warning', 'error'] as const;

export const logView = z.object({
  id: z.int(),
  at: z.date(),
  kind: z.enum(logKinds),
  level: z.enum(logLevels),
  /** The incoming session or outgoing attempt, '' when it belongs to none. */
  session: z.string(),
  /** The message's id, '' when it is about none. */
  message: z.string(),
  /** Sender or recipient, '' when it is about none. */
  address: z.string(),
  /** The peer, '' when there is none. */
  host: z.string(),
  text: z.string(),
});

/** One incoming session: somebody who brings mail (SMTP) or picks it up (POP3). */
export const sessionView = z.object({
  id: z.string(),
  protocol: z.enum(['SMTP', 'POP3']),
  peer: z.string(),
  /** The local port it came in by. */
  port: z.int(),
  since: z.date(),
  phase: z.enum(['connected', 'signed in', 'envelope', 'receiving', 'committing']),
  /** The account it is signed in as, '' when it is not. */
  account: z.string(),
  /** Bytes of the message that is coming in, 0 when none is. */
  bytes: z.int(),
  /** Messages accepted so far. */
  messages: z.int(),
});

/** An address that may not connect for now. */
export const blockView = z.object({
  address: z.string(),
  /** Too many wrong passwords came from there, or a person decided it. */
  reason: z.enum(['sign-in', 'by hand']),
  since: z.date(),
  until: z.date(),
});

/** One attempt to send a message. */
export const attemptView = z.object({
  message: z.string(),
  from: z.string(),
  /** The recipients' domain, or "SmartHost". */
  destination: z.string(),
  recipients: z.int(),
  since: z.date(),
  size: z.int(),
});

/** Messages accepted and delivered in one minute. */
export const minuteView = z.object({ at: z.date(), received: z.int(), sent: z.int() });

/** Everything that is true right now; what a window shows without asking again. */
export const liveView = z.object({
  status: statusView,
  /** Revision of the settings; when it changes, another window has applied something. */
  revision: z.int(),
  /** How many accounts there are; 0 is a first start. */
  accounts: z.int(),
  incoming: z.array(sessionView),
  blocked: z.array(blockView),
  outgoing: z.array(attemptView),
  /** The last 60 minutes, oldest first; the last entry is the minute under way. */
  perMinute: z.array(minuteView),
});

/** What the window needs to know of the machine. */
export const machineView = z.object({
  version: z.string(),
  platform: z.string(),
  /** The machine's own name, the default of the server name. */
  name: z.string(),
  /** IP addresses that listeners can be bound to. */
  addresses: z.array(z.object({ address: z.string(), interface: z.string() })),
  /** What protects stored passwords: the system's keyring, or only the mode of the settings file. */
  secrets: z.enum(['keyring', 'file']),
});

export type Direction = (typeof directions)[number];
export type PausedView = z.infer<typeof pausedView>;
export type CertificateView = z.infer<typeof certificateView>;
export type StorageView = z.infer<typeof storageView>;
export type ListenerView = z.infer<typeof listenerView>;
export type SessionView = z.infer<typeof sessionView>;
export type BlockView = z.infer<typeof blockView>;
export type AttemptView = z.infer<typeof attemptView>;
export type MinuteView = z.infer<typeof minuteView>;
export type LiveView = z.infer<typeof liveView>;
export type MachineView = z.infer<typeof machineView>;
export type StatusView = z.infer<typeof statusView>;
export type AccountField = (typeof accountFields)[number];
export type AccountView = z.infer<typeof accountView>;
export type MailView = z.infer<typeof mailView>;
export type QueueView = z.infer<typeof queueView>;
export type LogView = z.infer<typeof logView>;
export type LogKind = (typeof logKinds)[number];
export type LogLevel = (typeof logLevels)[number];
