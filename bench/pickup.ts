/**
 * `node bench/pickup.ts`: how long a mail program waits for the list of a mailbox of 5,000 messages. Figures to look
 * at, not a test: machines differ.
 */
import { seedMailbox } from '../e2e/seed-mailbox.ts';
import { ANNA, makeSeed, startService } from '../e2e/service.ts';
import { Pop3Client } from '../server/testing/pop3-client.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { print, summary } from './page.ts';

const MESSAGES = 5_000;
const ROUNDS = 11;

const seed = await makeSeed();
const port = await unusedPort('127.0.0.1');
const service = await startService({
  seed: seed.path,
  settings: { pickup: { pop3: { port, address: '127.0.0.1' } } },
});
try {
  await service.stop();
  seedMailbox(service.folder, MESSAGES);
  await service.start();
  const times = { PASS: [] as number[], STAT: [] as number[], LIST: [] as number[], UIDL: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const client = await Pop3Client.connect({ port });
    times.PASS.push(await took(() => client.signIn(ANNA)));
    times.STAT.push(await took(() => client.say('STAT')));
    for (const verb of ['LIST', 'UIDL'] as const) {
      let count = 0;
      times[verb].push(await took(async () => (count = (await client.lines(verb)).length)));
      if (count !== MESSAGES) throw new Error(`${verb} named ${count} messages.`);
    }
    await client.say('QUIT');
    client.destroy();
  }
  print(
    `${MESSAGES} messages, median of ${ROUNDS}.`,
    Object.entries(times).map(([verb, values]) => [
      verb === 'PASS' ? 'Signing in, with its look at the mailbox' : `From ${verb} until its whole answer`,
      summary(values),
    ]),
  );
} finally {
  await service.remove();
  await seed.remove();
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
