import { CircleAlert, CircleCheck } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { AccountView, LiveView } from '../../server/contract/views.ts';
import type { Connection } from '../client.ts';
import { useStore } from '../ui/store.ts';
import { AccountDialog } from './account-dialog.tsx';
import { AccountsTable } from './accounts-table.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { addAccount, removeAccount, updateAccount } from './save.ts';
import { useAccounts } from './use-accounts.ts';
import { removalText } from './words.ts';

// What reads mail is large, and loaded when somebody does.
const MailboxView = lazy(() =>
  import('./mailbox/mailbox-view.tsx').then(({ MailboxView }) => ({ default: MailboxView })),
);

interface AccountsTabProps {
  readonly connection: Connection;
  readonly live: LiveView | undefined;
}

type Doing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'remove'; readonly account: AccountView }
  | { readonly kind: 'read'; readonly address: string };

const NOTHING: Doing = { kind: 'nothing' };

/** The accounts and what can be done with them. In the list Enter opens the mailbox, F2 edits, Delete asks. */
export function AccountsTab({ connection, live }: AccountsTabProps) {
  const { client } = connection;
  const { accounts, reload } = useAccounts(connection, live);
  const isConnected = useStore(connection.link).state === 'connected';
  const [doing, setDoing] = useState<Doing>(NOTHING);
  const [wanted, setWanted] = useState<string>();
  const [notice, setNotice] = useState<{ kind: 'done' | 'problem'; text: string }>();
  const list = useRef<HTMLDivElement>(null);
  const focusRow = useRowFocus(list, doing.kind === 'nothing');
  if (!accounts) return <p className="loading">Asking for the accounts…</p>;

  const selected = accounts.find(({ address }) => address === wanted) ?? accounts[0];
  const begin = (next: Doing) => {
    setNotice(undefined);
    setDoing(next);
  };
  const close = () => setDoing(NOTHING);
  const finish = async (address: string | undefined, text: string) => {
    await reload();
    setWanted(address);
    setNotice({ kind: 'done', text });
    close();
    focusRow();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isInRow = event.target instanceof Element && event.target.closest('[role="row"]') !== null;
    if (!selected || !isConnected || !isInRow) return;
    if (event.key === 'Delete') begin({ kind: 'remove', account: selected });
    else if (event.key === 'F2') begin({ kind: 'edit', account: selected });
  };

  if (doing.kind === 'read') {
    return (
      <Suspense fallback={<p className="loading">Opening the mailbox…</p>}>
        <MailboxView
          connection={connection}
          live={live}
          address={doing.address}
          onBack={() => {
            close();
            focusRow();
            void reload();
          }}
        />
      </Suspense>
    );
  }
  return (
    <div className="accounts">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys that rows do not know, on their way up */}
      <div ref={list} className="scrolled" onKeyDown={onKeyDown}>
        {accounts.length === 0 ? (
          <NoAccounts />
        ) : (
          <AccountsTable
            accounts={accounts}
            selected={selected?.address}
            onSelect={setWanted}
            onOpen={(address) => begin({ kind: 'read', address })}
          />
        )}
      </div>
      <div className="command-bar">
        <div className="said" role="status">
          {notice && (
            <p className={`notice ${notice.kind}`}>
              {notice.kind === 'done' ? <CircleCheck aria-hidden /> : <CircleAlert aria-hidden />}
              <span>{notice.text}</span>
            </p>
          )}
        </div>
        <div className="buttons">
          <Button
            className={accounts.length === 0 ? 'button primary' : 'button'}
            isDisabled={!isConnected}
            onPress={() => begin({ kind: 'add' })}
          >
            Add…
          </Button>
          <Button
            className="button"
            isDisabled={!selected || !isConnected}
            onPress={() => selected && begin({ kind: 'edit', account: selected })}
          >
            Edit…
          </Button>
          <Button
            className="button"
            isDisabled={!selected || !isConnected}
            onPress={() => selected && begin({ kind: 'remove', account: selected })}
          >
            Remove…
          </Button>
          <Button
            className="button"
            isDisabled={!selected || !isConnected}
            onPress={() => selected && begin({ kind: 'read', address: selected.address })}
          >
            Mailbox
          </Button>
        </div>
      </div>
      {doing.kind === 'add' && (
        <AccountDialog
          account={undefined}
          save={(form) => addAccount(client, form)}
          onSaved={({ address }) => void finish(address, `${address} can now receive and send mail.`)}
          onClose={close}
        />
      )}
      {doing.kind === 'edit' && (
        <AccountDialog
          account={doing.account}
          save={(form) => updateAccount(client, doing.account, form)}
          onSaved={({ address }) => void finish(address, `${address} was saved.`)}
          onClose={close}
        />
      )}
      {doing.kind === 'remove' && (
        <ConfirmDialog
          title={`Remove ${doing.account.address}?`}
          verb="Remove"
          act={async () => {
            const { address } = doing.account;
            const neighbour = neighbourOf(accounts, address);
            const removed = await removeAccount(client, address);
            if ('problem' in removed) return removed.problem;
            await finish(neighbour, removed.done);
            return '';
          }}
          onClose={close}
        >
          <p>{removalText(doing.account)}</p>
          <p>From then on mail to it is refused. Mail from it that still waits in the queue is sent.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function NoAccounts() {
  return (
    <div className="no-accounts">
      <h2>No accounts yet</h2>
      <p>
        An account receives mail and lets a mail program sign in to send some. Add the first one with Add…
        below.
      </p>
    </div>
  );
}

/** The account that takes the place of one that goes. */
function neighbourOf(accounts: readonly AccountView[], address: string): string | undefined {
  const index = accounts.findIndex((account) => account.address === address);
  return (accounts[index + 1] ?? accounts[index - 1])?.address;
}

/** Moves the focus to the selected row, once the list is to be seen again. Without a row, to the first button. */
function useRowFocus(list: React.RefObject<HTMLElement | null>, isSeen: boolean): () => void {
  const [asked, setAsked] = useState(0);
  const done = useRef(0);
  useEffect(() => {
    if (!isSeen || done.current === asked) return;
    done.current = asked;
    // After the dialog has given the focus back to what opened it, which may be gone.
    const frame = requestAnimationFrame(() => {
      const row = list.current?.querySelector<HTMLElement>('[role="row"][aria-selected="true"]');
      const button = list.current?.parentElement?.querySelector<HTMLElement>('.buttons button');
      (row ?? button)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [asked, isSeen, list]);
  return () => setAsked((count) => count + 1);
}
