/** Does what the dialogs of an account were told, and says what came of it. */
import { isDefinedError, safe } from '@orpc/client';
import type { AccountField, AccountView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import { type AccountFaults, type AccountForm, aliasesOf, quotaOf } from './check.ts';

export type Saved =
  | { readonly account: AccountView }
  | { readonly faults: AccountFaults; readonly problem: string };

/** Adds an account. */
export async function addAccount(client: Client, form: AccountForm): Promise<Saved> {
  const { address, password, aliases, quota } = form;
  const added = await safe(
    client.accounts.add({
      address: address.trim(),
      password,
      aliases: aliasesOf(aliases),
      quotaMB: quotaOf(quota) ?? 0,
    }),
  );
  return added.error ? refused(added.error) : { account: added.data };
}

/** Changes of an account only what differs from what it was, so that nothing changed elsewhere is taken back. */
export async function updateAccount(
  client: Client,
  before: AccountView,
  { password, aliases, quota, enabled }: AccountForm,
): Promise<Saved> {
  const wanted = aliasesOf(aliases);
  const quotaMB = quotaOf(quota) ?? 0;
  const updated = await safe(
    client.accounts.update({
      address: before.address,
      ...(password === '' ? {} : { password }),
      ...(sameSet(wanted, before.aliases) ? {} : { aliases: wanted }),
      ...(quotaMB === before.quotaMB ? {} : { quotaMB }),
      ...(enabled === before.enabled ? {} : { enabled }),
    }),
  );
  return updated.error ? refused(updated.error) : { account: updated.data };
}

/** Removes an account. Returns the sentence that says how it went. */
export async function removeAccount(
  client: Client,
  address: string,
): Promise<{ readonly done: string } | { readonly problem: string }> {
  const { error } = await safe(client.accounts.remove({ address }));
  if (!error) return { done: `${address} was removed.` };
  if (isDefinedError(error)) return { done: `${address} had already been removed.` };
  return { problem: problemText(error) };
}

function refused(error: Error & { readonly data?: unknown }): Saved {
  const { message } = error;
  const { field } = (error.data ?? {}) as { field?: AccountField };
  if (!isDefinedError(error)) return { faults: {}, problem: problemText(error) };
  return field
    ? { faults: { [field]: message }, problem: '' }
    : { faults: {}, problem: `${message} It was removed meanwhile.` };
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
