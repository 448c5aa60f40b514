import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Direction } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';

interface PauseButtonProps {
  readonly direction: Direction;
  readonly isPaused: boolean;
  readonly traffic: Client['traffic'];
  readonly isDisabled: boolean;
}

const NAMES: Readonly<Record<Direction, string>> = { incoming: 'receiving', outgoing: 'sending' };

/** Pauses one direction, or resumes it. What it led to is told by the live view, as to every window. */
export function PauseButton({ direction, isPaused, traffic, isDisabled }: PauseButtonProps) {
  const [problem, setProblem] = useState('');
  const verb = isPaused ? 'resume' : 'pause';
  const press = async () => {
    setProblem('');
    try {
      await traffic[verb]({ direction });
    } catch {
      setProblem(`Waypost did not ${verb} ${NAMES[direction]}. Please try again.`);
    }
  };
  return (
    <>
      <Button className="button pause" isDisabled={isDisabled} onPress={() => void press()}>
        {isPaused ? 'Resume' : 'Pause'} {NAMES[direction]}
      </Button>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
