import { Label, Meter } from 'react-aria-components';
import type { StatusView } from '../../server/contract/views.ts';

/** How much of each limit is used, and what waits in the queue. */
export function Load({ status }: { readonly status: StatusView }) {
  const { incoming, outgoing, queue } = status;
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
