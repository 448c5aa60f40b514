import { Label, Meter } from 'react-aria-components';
import { stuckText } from '../../server/contract/status-words.ts';
import type { StatusView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { PauseButton } from './pause-button.tsx';
import { pauseNote } from './words.ts';

interface LoadProps {
  readonly status: StatusView;
  readonly traffic: Client['traffic'];
  readonly isConnected: boolean;
}

/** How much of each limit is used, what waits in the queue, and what is paused. */
export function Load({ status, traffic, isConnected }: LoadProps) {
  const { incoming, outgoing, queue, paused } = status;
  const button = { traffic, isDisabled: !isConnected };
  return (
    <div className="load">
      <Used label="Incoming" now={incoming.now} max={incoming.maxTotal} />
      <Used label="Outgoing" now={outgoing.now} max={outgoing.max} />
      <p className="queue-name" id="queue">
        Queue
      </p>
      <dl className="queue" aria-labelledby="queue">
        <Count name="due" value={queue.due} />
        <Count name="deferred" value={queue.deferred} />
        <Count name="held" value={queue.held} />
      </dl>
      {queue.stuck > 0 && (
        <p className="stuck">
          {queue.stuck} waiting {stuckText(status)}
        </p>
      )}
      <p className="pause-note" role="status">
        {pauseNote(status)}
      </p>
      <div className="pauses">
        <PauseButton direction="incoming" isPaused={paused.incoming} {...button} />
        <PauseButton direction="outgoing" isPaused={paused.outgoing} {...button} />
      </div>
    </div>
  );
}

function Used({ label, now, max }: { readonly label: string; readonly now: number; readonly max: number }) {
  return (
    <Meter
      className="meter"
      value={Math.min(now, max)}
      minValue={0}
      maxValue={max}
      valueLabel={`${now} of ${max}`}
    >
      {({ percentage, valueText }) => (
        <>
          <Label>{label}</Label>
          <span className="bar">
            <span className={now >= max ? 'fill full' : 'fill'} style={{ inlineSize: `${percentage}%` }} />
          </span>
          <span className="value">{valueText}</span>
        </>
      )}
    </Meter>
  );
}

function Count({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
