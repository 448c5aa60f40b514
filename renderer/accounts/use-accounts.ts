import { useCallback, useEffect, useState } from 'react';
import type { AccountView, LiveView } from '../../server/contract/views.ts';
import type { Connection } from '../client.ts';
import { useStore } from '../ui/store.ts';
import { usePulse } from './use-pulse.ts';

export interface Accounts {
  /** Undefined until the engine has answered; as they were last while it can't be reached. */
  readonly accounts: readonly AccountView[] | undefined;
  /** Asks again; resolves when the answer is shown. */
  reload(): Promise<void>;
}

/** The accounts, asked for anew whenever they may have changed. */
export function useAccounts({ client, link }: Connection, live: LiveView | undefined): Accounts {
  const [accounts, setAccounts] = useState<readonly AccountView[]>();
  const { state } = useStore(link);
  const pulse = usePulse(live);
  const reload = useCallback(async () => {
    // When it can't be had, what was true last stays; the next beat asks again.
    await client.accounts.list().then(setAccounts, () => {});
  }, [client]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each beat is a reason to ask
  useEffect(() => {
    if (state === 'connected') void reload();
  }, [reload, state, pulse]);
  return { accounts, reload };
}
