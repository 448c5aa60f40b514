/** A data folder that can't be written, from the start or all of a sudden. */
import { chmod, chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unusedPort } from '../../../server/testing/ports.ts';
import { sendMail } from '../../../server/testing/send-mail.ts';
import { temporaryFolder } from '../../../server/testing/temp.ts';
import { ANNA, type Service, startService } from '../../service.ts';
import type { Disk } from './disk.ts';
import { Mailbox } from './mailbox.ts';

/** The user `nobody`: modes count for it, as they do not for root. */
const NOBODY = 65534;
const UNDER = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** It starts on a disk that is read-only. Returns what was wrong, in sentences. */
export async function readOnlyStart(disk: Disk): Promise<string[]> {
  const data = join(disk.path, 'data');
  const first = await startService({ data });
  await first.stop();
  await first.remove();
  await disk.setReadOnly(true);
  try {
    const said = await startService({ data }).then(
      async (service) => {
        await service.remove();
        return 'nothing, but started';
      },
      (error: unknown) => String(error),
    );
    const isClear = /The data folder \S+ can't be written to: the disk is read-only\./.test(said);
    return isClear && said.includes('ended with 1') ? [] : [`on a read-only disk it says: ${said}`];
  } finally {
    await disk.setReadOnly(false);
  }
}

/** The rights are taken away while it runs. Only root can play this. Returns what was wrong, in sentences. */
export async function readOnlyLater(): Promise<string[]> {
  const { path, remove } = await temporaryFolder();
  const data = join(path, 'data');
  const popPort = await unusedPort('127.0.0.1');
  const problems: string[] = [];
  let service: Service | undefined;
  try {
    await chmod(path, 0o755);
    await mkdir(data);
    await chown(data, NOBODY, NOBODY);
    const pickup = { pop3: { port: popPort, address: '127.0.0.1' } };
    service = await startService({ data, under: UNDER, settings: { pickup } });
    await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
    const folders = [data, join(data, 'messages')];
    for (const folder of folders) await chmod(folder, 0o500);
    const promised: string[] = [];
    const { port } = service;
    const send = async (tag: string, size: number) => {
      const body = `Subject: ${tag}\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(size / 78)}`;
      const { final } = await sendMail({ port, from: 'load@client.test', to: ANNA.address, body });
      if (final.code === 250) promised.push(tag);
      return final.code;
    };
    await send('small', 1000);
    const large = await send('large', 500_000);
    if (large !== 451) problems.push(`content that can't be stored was answered with ${large}`);
    const apply = await service.run(['settings', 'apply', '-'], '{"maxMessageSizeMB": 30}').catch(String);
    if (!/The settings can't be saved: permission denied\. Nothing has changed\./.test(apply)) {
      problems.push(`Apply answered: ${apply}`);
    }
    if (!service.isRunning) problems.push('the service has ended');
    for (const folder of folders) await chmod(folder, 0o700);
    if ((await send('again', 500_000)) !== 250) problems.push('large mail is not taken again');
    await service.kill();
    await service.start();
    const mailbox = await Mailbox.open(popPort, ANNA.address);
    const count = (await mailbox.drops()).length;
    await mailbox.close();
    if (count !== promised.length) problems.push(`${promised.length} were acknowledged, ${count} are there`);
    const files = (await readdir(join(data, 'messages'))).length;
    if (files !== 1) problems.push(`${files} files of content are there for one large message`);
  } finally {
    await service?.remove();
    await remove();
  }
  return problems;
}
