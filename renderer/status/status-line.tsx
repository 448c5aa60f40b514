import { TriangleAlert } from 'lucide-react';
import { statusText } from '../../server/contract/status-words.ts';
import type { LiveView } from '../../server/contract/views.ts';
import type { Link } from '../client.ts';
import { clockText } from './words.ts';

interface StatusLineProps {
  readonly link: Link;
  readonly live: LiveView | undefined;
}

/** How things are, in one line. What is not known for certain is not shown. */
export function StatusLine({ link, live }: StatusLineProps) {
  if (link.state === 'lost')
    return <Line state="lost" parts={[`Not connected since ${clockText(link.since)}`]} />;
  if (!live || link.state === 'connecting') return <Line state="lost" parts={['Connecting…']} />;
  const { good, parts } = statusText(live.status);
  return <Line state={good ? 'good' : 'bad'} parts={parts} />;
}

function Line({
  state,
  parts,
}: {
  readonly state: 'good' | 'bad' | 'lost';
  readonly parts: readonly string[];
}) {
  return (
    <footer className={`status-line ${state}`}>
      {state === 'bad' ? <TriangleAlert aria-hidden /> : <span className="dot" aria-hidden />}
      <span>{parts.join(' · ')}</span>
    </footer>
  );
}
