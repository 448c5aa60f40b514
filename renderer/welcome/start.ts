/** Does what the welcome was told: names the server and creates the first account. */
import { isDefinedError, safe } from '@orpc/client';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import type { Answers, Faults } from './check.ts';

export type Outcome = { readonly account: string } | { readonly faults: Faults; readonly problem: string };

export type Start = (answers: Answers) => Promise<Outcome>;

/** Both steps may be repeated: a name that is set already changes nothing. */
export async function start(client: Client, { hostname, address, password }: Answers): Promise<Outcome> {
  const named = await safe(client.settings.apply({ patch: { hostname } }));
  if (named.error) {
    if (!isDefinedError(named.error)) return wentWrong(named.error);
    return { faults: { hostname: named.error.message }, problem: '' };
  }
  const added = await safe(client.accounts.add({ address: address.trim(), password }));
  if (!added.error) return { account: added.data.address };
  if (!isDefinedError(added.error)) return wentWrong(added.error);
  const { message } = added.error;
  return { faults: /password/i.test(message) ? { password: message } : { address: message }, problem: '' };
}

function wentWrong(error: Error): Outcome {
  return { faults: {}, problem: problemText(error) };
}
