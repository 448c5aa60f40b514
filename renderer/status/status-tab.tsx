import { lazy, Suspense } from 'react';
import type { LiveView } from '../../server/contract/views.ts';
import type { Client, Link } from '../client.ts';
import { GroupBox } from '../ui/group-box.tsx';
import { useNow } from '../ui/use-now.ts';
import { Blocked } from './blocked.tsx';
import { CertificateNote } from './certificate-note.tsx';
import { Listeners } from './listeners.tsx';
import { Load } from './load.tsx';
import { Attempts, Sessions } from './sessions.tsx';
import { StorageNote } from './storage-note.tsx';
import { clockText, hourText } from './words.ts';

// The chart's library is loaded when somebody looks at it.
const HourChart = lazy(() => import('./hour-chart.tsx').then(({ HourChart }) => ({ default: HourChart })));

interface StatusTabProps {
  readonly live: LiveView;
  readonly link: Link;
  readonly traffic: Client['traffic'];
  readonly sessions: Client['sessions'];
}

/** What is going on, as it happens. */
export function StatusTab({ live, link, traffic, sessions }: StatusTabProps) {
  const now = useNow();
  const { status, incoming, outgoing, blocked, perMinute } = live;
  const isConnected = link.state === 'connected';
  return (
    <div className="status">
      {link.state === 'lost' && <p className="note">This is how it was at {clockText(link.since)}.</p>}
      <StorageNote status={status} />
      <div className="status-top">
        <GroupBox title="Listeners">
          <Listeners listeners={status.listeners} />
          <CertificateNote status={status} now={now} />
        </GroupBox>
        <GroupBox title="In use">
          <Load status={status} traffic={traffic} isConnected={isConnected} />
        </GroupBox>
      </div>
      <GroupBox title="Messages per minute">
        <div className="chart-head">
          <span className="key received">Received</span>
          <span className="key sent">Sent</span>
          <span className="note">{hourText(perMinute)}</span>
        </div>
        <Suspense fallback={<div className="chart" />}>
          <HourChart minutes={perMinute} />
        </Suspense>
      </GroupBox>
      <GroupBox title="Incoming">
        <Sessions sessions={incoming} now={now} desk={sessions} isConnected={isConnected} />
      </GroupBox>
      {blocked.length > 0 && (
        <GroupBox title="Blocked">
          <Blocked blocked={blocked} sessions={sessions} isConnected={isConnected} />
        </GroupBox>
      )}
      <GroupBox title="Outgoing">
        <Attempts attempts={outgoing} now={now} />
      </GroupBox>
    </div>
  );
}
