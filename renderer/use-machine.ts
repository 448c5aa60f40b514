import { useEffect, useState } from 'react';
import type { MachineView } from '../server/contract/views.ts';
import type { Connection } from './client.ts';
import { useStore } from './ui/store.ts';

/** What there is to know of the machine, asked for anew with every connection: addresses come and go. */
export function useMachine({ client, link }: Connection): MachineView | undefined {
  const [machine, setMachine] = useState<MachineView>();
  const { state } = useStore(link);
  useEffect(() => {
    if (state !== 'connected') return;
    // Without it every field still works; only the list of addresses is short.
    client.machine.get().then(setMachine, () => {});
  }, [client, state]);
  return machine;
}
