/** The service as hostile clients meet it: one local account, one remote domain whose mail goes to a sink. */

import type { SettingsPatch } from '../../../server/contract/settings.ts';
import { type Sink, startSink } from '../../../server/testing/sink.ts';
import { zoneOf } from '../../mail.ts';
import { ANNA, type Service, startService } from '../../service.ts';

/** Whose mail goes to the sink. */
export const BOB = 'bob@sink.test';
/** The only address that may relay and is greeted at once; all others of this machine are strangers'. */
export const TRUSTED = '127.0.0.1';

export interface Trial {
  readonly service: Service;
  readonly sink: Sink;
  stop(): Promise<void>;
}

export async function startTrial(settings: SettingsPatch = {}): Promise<Trial> {
  const sink = await startSink();
  try {
    const service = await startService({
      settings: {
        ...settings,
        relay: { trustedNetworks: [`${TRUSTED}/32`] },
        delivery: { mxPort: sink.port },
      },
      zone: zoneOf('sink.test'),
    });
    const stop = async () => {
      await service.remove();
      await sink.stop();
    };
    try {
      await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
      return { service, sink, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    await sink.stop();
    throw error;
  }
}

export interface Mail {
  readonly id: string;
  readonly subject: string;
}

/** What is in Anna's mailbox. */
export async function mailbox(service: Service): Promise<Mail[]> {
  return JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json'])) as Mail[];
}
