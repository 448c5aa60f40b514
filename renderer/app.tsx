/** The window: tabs, what is said across them, and the status line. */
import { Unplug } from 'lucide-react';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { LiveView } from '../server/contract/views.ts';
import type { Connection, Link } from './client.ts';
import { ConnectionsTab } from './connections/connections-tab.tsx';
import { SheetProvider } from './connections/context.tsx';
import type { Sheet } from './connections/sheet.ts';
import { StatusLine } from './status/status-line.tsx';
import { StatusTab } from './status/status-tab.tsx';
import { soon } from './ui/soon.ts';
import { type Readable, useStore } from './ui/store.ts';
import { useMachine } from './use-machine.ts';
import { useTab } from './use-tab.ts';
import { start } from './welcome/start.ts';
import { Welcome } from './welcome/welcome.tsx';

// What is not shown at first is loaded after it.
const AccountsTab = soon(() =>
  import('./accounts/accounts-tab.tsx').then(({ AccountsTab }) => ({ default: AccountsTab })),
);
const QueueTab = soon(() => import('./queue/queue-tab.tsx').then(({ QueueTab }) => ({ default: QueueTab })));

const LogTab = soon(() => import('./log/log-tab.tsx').then(({ LogTab }) => ({ default: LogTab })));

interface AppProps {
  readonly connection: Connection;
  readonly live: Readable<LiveView | undefined>;
  readonly sheet: Sheet;
}

export function App({ connection, live, sheet }: AppProps) {
  const link = useStore(connection.link);
  const now = useStore(live);
  const { draft } = useStore(sheet.state);
  const welcome = useWelcome(now);
  return (
    <div className="window">
      {welcome.isOpen && draft ? (
        <>
          <header>
            <h1 className="unseen">Waypost</h1>
            <Banner link={link} />
          </header>
          <main className="page">
            <Welcome
              hostname={draft.base.settings.hostname}
              start={(answers) => start(connection.client, answers)}
              onDone={(account) => {
                welcome.close();
                if (account) sheet.announce(`${account} can now receive and send mail.`);
              }}
            />
          </main>
        </>
      ) : (
        <Pages connection={connection} link={link} now={now} sheet={sheet} takesFocus={welcome.wasOpen} />
      )}
      <StatusLine link={link} live={now} />
    </div>
  );
}

interface PagesProps {
  readonly connection: Connection;
  readonly link: Link;
  readonly now: LiveView | undefined;
  readonly sheet: Sheet;
  /** Takes the focus from what was here before. */
  readonly takesFocus: boolean;
}

function Pages({ connection, link, now, sheet, takesFocus }: PagesProps) {
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) page.current?.focus();
  }, [takesFocus]);
  const machine = useMachine(connection);
  const [tab, go] = useTab(TABS);
  const loading = <p className="loading">{link.state === 'lost' ? UNREACHABLE : 'Connecting to Waypost…'}</p>;
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => go(String(key))}>
      <header>
        <h1 className="unseen">Waypost</h1>
        <TabList className="tab-list" aria-label="Waypost">
          {TABS.map((id) => (
            <Tab key={id} className="tab" id={id}>
              {TAB_NAMES[id]}
            </Tab>
          ))}
        </TabList>
        <Banner link={link} />
      </header>
      <main ref={page} className="page" tabIndex={-1}>
        <TabPanel className="tab-panel" id="connections">
          <SheetProvider sheet={sheet} machine={machine} fallback={loading}>
            <ConnectionsTab client={connection.client} link={link} />
          </SheetProvider>
        </TabPanel>
        <TabPanel className="tab-panel scrolled" id="status">
          {now ? (
            <StatusTab
              live={now}
              link={link}
              traffic={connection.client.traffic}
              sessions={connection.client.sessions}
            />
          ) : (
            loading
          )}
        </TabPanel>
        <TabPanel className="tab-panel" id="accounts">
          <Suspense fallback={<p className="loading">Asking for the accounts…</p>}>
            {now ? <AccountsTab connection={connection} live={now} /> : loading}
          </Suspense>
        </TabPanel>
        <TabPanel className="tab-panel" id="queue">
          <Suspense fallback={<p className="loading">Asking for the queue…</p>}>
            {now ? <QueueTab connection={connection} live={now} /> : loading}
          </Suspense>
        </TabPanel>
        <TabPanel className="tab-panel" id="log">
          <Suspense fallback={<p className="loading">Asking for the mail log…</p>}>
            <LogTab connection={connection} />
          </Suspense>
        </TabPanel>
      </main>
    </Tabs>
  );
}

const TABS = ['connections', 'status', 'accounts', 'queue', 'log'] as const;
const TAB_NAMES: Readonly<Record<(typeof TABS)[number], string>> = {
  connections: 'Connections',
  status: 'Status',
  accounts: 'Accounts',
  queue: 'Queue',
  log: 'Mail Log',
};

const UNREACHABLE =
  'Waypost can’t be reached, or this window is not signed in: open the address that Waypost printed at its start.';

function Banner({ link }: { readonly link: Link }) {
  return (
    <div role="status">
      {link.state === 'lost' && (
        <p className="banner">
          <Unplug aria-hidden />
          <span>Connection to Waypost lost. Trying again…</span>
        </p>
      )}
    </div>
  );
}

/** Open from a start without accounts until somebody closes it: never pulled away while it is filled in. */
function useWelcome(now: LiveView | undefined): { isOpen: boolean; wasOpen: boolean; close(): void } {
  const [stage, setStage] = useState<'unknown' | 'open' | 'left' | 'never'>('unknown');
  useEffect(() => {
    if (now && stage === 'unknown') setStage(now.accounts === 0 ? 'open' : 'never');
  }, [now, stage]);
  return { isOpen: stage === 'open', wasOpen: stage === 'left', close: () => setStage('left') };
}
