import { Readable } from 'node:stream';
import { defaultSettings, type Settings, type SettingsPatch } from '../contract/settings.ts';
import { type DeliveryLogEntry, deliver } from '../delivery/deliver.ts';
import type { Job, QueuedMessage, QueuedRecipient } from '../delivery/job.ts';
import { createMxResolver } from '../delivery/mx.ts';
import type { Timeouts } from '../delivery/peer.ts';
import { planHops } from '../delivery/plan.ts';
import { createConnectionPool, type PoolOptions } from '../delivery/pool.ts';
import type { HopReport, Outcome } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';
import { type DnsZone, startDns } from './dns.ts';

/** Default settings with some values changed; each group is merged on its own. */
export function testSettings(patch: SettingsPatch = {}): Settings {
  const settings: Record<string, unknown> = { ...defaultSettings('mail.our.test') };
  for (const [group, values] of Object.entries(patch)) {
    const isGroup = typeof values === 'object' && values !== null && !Array.isArray(values);
    settings[group] = isGroup ? { ...(settings[group] as object), ...values } : values;
  }
  return settings as unknown as Settings;
}

export interface TestMail extends Partial<Omit<QueuedMessage, 'open'>> {
  /** Addresses, or more about each. Default: bob@a.test. */
  to?: (string | (Partial<QueuedRecipient> & { address: string }))[];
  content?: string | Buffer;
  open?: QueuedMessage['open'];
}

export interface DeliveryBenchOptions extends Partial<Omit<PoolOptions, 'timeouts'>> {
  zone?: DnsZone;
  settings?: SettingsPatch;
  timeouts?: Partial<Timeouts>;
  isOwn?: (address: string, port: number) => boolean;
  attemptMs?: number;
}

/** What one delivery came to, by the recipients' addresses. */
export interface TestDelivery {
  outcomes: Record<string, Outcome>;
  /** `delivered`, `deferred` or `failed`. */
  kinds: Record<string, Outcome['kind']>;
  /** Each hop's words: `mx sink.test 250 2.0.0 Ok`, or its status where there was no reply. */
  words: Record<string, string[]>;
}

/** All that a delivery needs, with a DNS of its own; `stop` checks nothing and may be called once. */
export async function startDeliveryBench(options: DeliveryBenchOptions = {}) {
  const {
    zone = {},
    settings: patch = {},
    isOwn = () => false,
    timeouts,
    attemptMs,
    limit = 2,
    ...more
  } = options;
  const dns = await startDns(zone);
  const pool = createConnectionPool({ limit, ...more, timeouts: { quit: 300, ...timeouts } });
  const entries: DeliveryLogEntry[] = [];
  const stopping = new AbortController();

  async function run(mail: TestMail = {}, change: SettingsPatch = {}): Promise<TestDelivery> {
    const { delivery, ...others } = { ...patch, ...change };
    const settings = testSettings({ ...others, delivery: { dnsServers: [dns.address], ...delivery } });
    const job = testJob(settings, mail);
    const result = await deliver(job, {
      resolver: createMxResolver({ servers: settings.delivery.dnsServers, queryMs: 2000 }),
      pool,
      isOwn,
      signal: stopping.signal,
      ...(attemptMs === undefined ? {} : { attemptMs: () => attemptMs }),
      log: (entry) => void entries.push(entry),
    });
    const delivery_: TestDelivery = { outcomes: {}, kinds: {}, words: {} };
    for (const { id, address } of job.recipients) {
      const outcome = result.get(id);
      if (outcome === undefined) throw new Error(`No outcome for ${address}`);
      delivery_.outcomes[address] = outcome;
      delivery_.kinds[address] = outcome.kind;
      delivery_.words[address] = outcome.reports.map(reportWords);
    }
    return delivery_;
  }

  return {
    dns,
    pool,
    entries,
    stopping,
    run,
    async stop() {
      await Promise.all([pool.stop(), dns.stop()]);
    },
  };
}

function reportWords({ hop, host, reply }: HopReport): string {
  return [hop, host, reply.code === 0 ? reply.enhanced : replyText(reply)]
    .filter((word) => word !== '')
    .join(' ');
}

function testJob(
  settings: Settings,
  { to = ['bob@a.test'], content = 'Subject: Hi\r\n\r\nHello\r\n', open, ...message }: TestMail,
): Job {
  const bytes = Buffer.from(content);
  const recipients = to.map((one, index) => {
    const rest = typeof one === 'string' ? { address: one } : one;
    return { id: `R${index}`, attempts: 0, notify: null, orcpt: null, ...rest };
  });
  const hops = planHops(settings);
  const domain = recipients[0]?.address.split('@')[1] ?? '';
  return {
    message: {
      id: 'M1',
      sender: 'ann@our.test',
      smtpUtf8: false,
      ret: null,
      envid: null,
      receivedAt: 0,
      size: bytes.length,
      eightBit: bytes.some((byte) => byte > 127),
      open: open ?? (() => Readable.from([bytes], { objectMode: false })),
      ...message,
    },
    recipients,
    domain: hops[0] === 'smarthost' ? '' : domain,
    hops,
    settings,
  };
}
