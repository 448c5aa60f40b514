import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { AttemptView, SessionView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { EndSessionDialog } from './end-session-dialog.tsx';
import { count, lasting, phaseText, progressText, sizeText } from './words.ts';

interface SessionsProps {
  readonly sessions: readonly SessionView[];
  readonly now: number;
  /** What can be done with them. */
  readonly desk: Client['sessions'];
  readonly isConnected: boolean;
}

/** Who is connected to us. */
export function Sessions({ sessions, now, desk, isConnected }: SessionsProps) {
  const [ending, setEnding] = useState<SessionView>();
  const dialog = ending && (
    <EndSessionDialog session={ending} sessions={desk} onClose={() => setEnding(undefined)} />
  );
  if (sessions.length === 0) {
    return (
      <>
        <p className="empty">Nobody is connected right now.</p>
        {dialog}
      </>
    );
  }
  return (
    <>
      <table className="table" aria-label="Incoming connections">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" className="right">
              Port
            </th>
            <th scope="col" className="right">
              Since
            </th>
            <th scope="col">Doing</th>
            <th scope="col">Message so far</th>
            <th scope="col">
              <span className="unseen">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">{session.peer}</th>
              <td className="right">{session.port}</td>
              <td className="right">{lasting(session.since, now)}</td>
              <td>{phaseText(session)}</td>
              <td>{session.protocol === 'SMTP' && progressText(session)}</td>
              <td className="act">
                <Button
                  className="button small"
                  isDisabled={!isConnected}
                  aria-label={`End the session of ${session.peer}`}
                  onPress={() => setEnding(session)}
                >
                  End…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {dialog}
    </>
  );
}

/** What is being sent, and where to. */
export function Attempts({
  attempts,
  now,
}: {
  readonly attempts: readonly AttemptView[];
  readonly now: number;
}) {
  if (attempts.length === 0) return <p className="empty">Nothing is being sent right now.</p>;
  return (
    <table className="table" aria-label="Outgoing connections">
      <thead>
        <tr>
          <th scope="col">To</th>
          <th scope="col" className="right">
            Since
          </th>
          <th scope="col">From</th>
          <th scope="col">Recipients</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt) => (
          <tr key={`${attempt.message} ${attempt.destination}`}>
            <th scope="row">{attempt.destination}</th>
            <td className="right">{lasting(attempt.since, now)}</td>
            <td>{attempt.from || 'Waypost itself'}</td>
            <td>{count(attempt.recipients, 'recipient')}</td>
            <td>{sizeText(attempt.size)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
