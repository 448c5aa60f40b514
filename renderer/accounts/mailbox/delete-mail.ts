import { isDefinedError, safe } from '@orpc/client';
import type { Client } from '../../client.ts';
import { problemText } from '../../problem.ts';
import { count } from '../../status/words.ts';

/** Deletes messages and says how it went; a message that is gone already was what was wanted. */
export async function deleteMail(
  client: Client,
  address: string,
  ids: readonly string[],
): Promise<{ readonly done: string } | { readonly problem: string }> {
  const { error, data } = await safe(client.mail.remove({ address, ids: [...ids] }));
  if (error && !isDefinedError(error)) return { problem: problemText(error) };
  const deleted = data?.count ?? 0;
  const missing = ids.length - deleted;
  if (missing === 0) return { done: `${count(deleted, 'message')} deleted.` };
  const were = missing === 1 ? 'was' : 'were';
  if (deleted > 0) return { done: `${count(deleted, 'message')} deleted; ${missing} ${were} already gone.` };
  return { done: `${missing === 1 ? 'It' : 'They'} ${were} already gone: deleted elsewhere.` };
}
