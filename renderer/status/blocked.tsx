import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { BlockView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { clockText } from './words.ts';

interface BlockedProps {
  readonly blocked: readonly BlockView[];
  readonly sessions: Client['sessions'];
  readonly isConnected: boolean;
}

const REASONS: Readonly<Record<BlockView['reason'], string>> = {
  'sign-in': 'Too many wrong passwords',
  'by hand': 'By hand',
};

/** Addresses that may not connect for now, and the way to let them in again. */
export function Blocked({ blocked, sessions, isConnected }: BlockedProps) {
  const [problem, setProblem] = useState('');
  const letIn = async (address: string) => {
    setProblem('');
    // That it is no longer blocked is told by the live view, as to every window.
    await sessions.unblock({ address }).catch((error: Error) => setProblem(error.message));
  };
  return (
    <>
      <table className="table" aria-label="Blocked addresses">
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Why</th>
            <th scope="col">Until</th>
            <th scope="col">
              <span className="unseen">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {blocked.map(({ address, reason, until }) => (
            <tr key={address}>
              <th scope="row">{address}</th>
              <td>{REASONS[reason]}</td>
              <td>{clockText(until)}</td>
              <td className="act">
                <Button
                  className="button small"
                  isDisabled={!isConnected}
                  aria-label={`Let ${address} in again`}
                  onPress={() => void letIn(address)}
                >
                  Let In Again
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
