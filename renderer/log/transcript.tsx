import { Button } from 'react-aria-components';
import type { TranscriptLine, TranscriptView } from '../../server/contract/log.ts';
import type { Client } from '../client.ts';
import { useTranscript } from './use-details.ts';
import { offsetText, stamp } from './words.ts';

interface TranscriptProps {
  readonly client: Pick<Client, 'log'>;
  readonly session: string;
  /** Asks anew when it changes. */
  readonly version: string;
  readonly onCopy: (transcript: TranscriptView) => void;
}

/** The dialogue of a session or attempt, with the time since its beginning. */
export function Transcript({ client, session, version, onCopy }: TranscriptProps) {
  const { value, problem } = useTranscript(client, session, version);
  if (session === '') return <p className="empty">No connection belongs to this entry.</p>;
  if (problem !== '') return <p className="empty">{problem}</p>;
  if (!value) return <p className="empty">Asking for the transcript…</p>;
  const { direction, host, startedAt, lines } = value;
  return (
    <>
      <Button className="button small copy" onPress={() => onCopy(value)}>
        Copy
      </Button>
      <p className="about">
        {direction === 'incoming' ? `From ${host}` : `To ${host || 'nobody'}`}, {stamp(startedAt)}.{' '}
        {direction === 'incoming' ? 'S is Waypost.' : 'C is Waypost.'}
      </p>
      <ol className="dialogue">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a dialogue that is over never move
          <Line key={index} line={line} />
        ))}
      </ol>
    </>
  );
}

const SIGNS = { client: 'C:', server: 'S:', note: '' };

function Line({ line: { ms, by, text } }: { readonly line: TranscriptLine }) {
  return (
    <li className={`by-${by}`}>
      <span className="offset">{offsetText(ms)}</span>
      <span className="words">
        {by !== 'note' && <b>{SIGNS[by]} </b>}
        {text}
      </span>
    </li>
  );
}
