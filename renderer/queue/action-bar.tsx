import type { QueueVerb } from '../../server/contract/queue.ts';
import { type Notice, Said } from '../ui/said.tsx';

export type Action = QueueVerb | 'open';

interface ActionBarProps {
  readonly notice: Notice | undefined;
  /** How many there are and are selected. */
  readonly countText: string;
  /** Why an action makes no sense now; '' when it does. */
  readonly whyNot: (action: Action) => string;
  readonly onAct: (action: Action) => void;
}

const ACTIONS: readonly { action: Action; name: string }[] = [
  { action: 'retry', name: 'Send Now' },
  { action: 'hold', name: 'Hold' },
  { action: 'release', name: 'Release' },
  { action: 'remove', name: 'Remove…' },
  { action: 'open', name: 'Open Message' },
];

/** What happened, and what can be done with the selected. Buttons that make no sense say why. */
export function ActionBar({ notice, countText, whyNot, onAct }: ActionBarProps) {
  return (
    <div className="command-bar queue-actions">
      <Said notice={notice}>
        <p>{countText}</p>
      </Said>
      <div className="buttons">
        {ACTIONS.map(({ action, name }) => {
          const why = whyNot(action);
          return (
            // Not of the library, which lets nobody reach a disabled button and so hear its reason.
            <button
              key={action}
              type="button"
              className="button"
              aria-disabled={why !== ''}
              data-disabled={why !== '' || undefined}
              aria-description={why || undefined}
              title={why}
              onClick={() => onAct(action)}
            >
              {name}
            </button>
          );
        })}
      </div>
    </div>
  );
}
