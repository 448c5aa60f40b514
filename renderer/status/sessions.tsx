import type { AttemptView, SessionView } from '../../server/contract/views.ts';
import { count, lasting, phaseText, progressText, sizeText } from './words.ts';

/** Who is connected to us. */
export function Sessions({
  sessions,
  now,
}: {
  readonly sessions: readonly SessionView[];
  readonly now: number;
}) {
  if (sessions.length === 0) return <p className="empty">Nobody is connected right now.</p>;
  return (
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
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row">{session.peer}</th>
            <td className="right">{session.port}</td>
            <td className="right">{lasting(session.since, now)}</td>
            <td>{phaseText(session)}</td>
            <td>{progressText(session)}</td>
          </tr>
        ))}
      </tbody>
    </table>
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
