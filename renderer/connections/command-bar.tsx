import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { Client, Link } from '../client.ts';
import { useSheet } from './context.tsx';
import type { Notice } from './sheet.ts';
import { usePreview } from './use-preview.ts';

const ICONS = { done: CircleCheck, info: Info, problem: CircleAlert };

interface CommandBarProps {
  readonly client: Client;
  readonly link: Link;
}

/** What Apply would do, what happened, and the buttons. */
export function CommandBar({ client, link }: CommandBarProps) {
  const { sheet, state, draft, review } = useSheet();
  const isConnected = link.state === 'connected';
  const canApply = review.dirty && review.valid && isConnected && !state.busy;
  const preview = usePreview(client, canApply && review.conflicts.length === 0 ? review.patch : undefined);
  const edited = Object.keys(draft.edits).length > 0;
  return (
    <div className="command-bar">
      <div className="said">
        <div role="status">{state.notice && <NoticeLine notice={state.notice} />}</div>
        {state.notice?.kind !== 'problem' && (
          <p id="preview" className="preview">
            {state.busy
              ? BUSY[state.busy]
              : isConnected
                ? preview || waiting(review)
                : review.dirty && NO_CONNECTION}
          </p>
        )}
      </div>
      <div className="buttons">
        <Button
          className="button"
          isDisabled={!draft.base.canUndo || edited || !isConnected || Boolean(state.busy)}
          onPress={() => void sheet.undo()}
        >
          Undo
        </Button>
        <Button
          className="button"
          isDisabled={!edited || Boolean(state.busy)}
          onPress={() => sheet.edit({ type: 'allReverted' })}
        >
          Revert
        </Button>
        <Button type="submit" className="button primary" isDisabled={!canApply} aria-describedby="preview">
          Apply
        </Button>
      </div>
    </div>
  );
}

const BUSY = { applying: 'Applying…', undoing: 'Undoing…' };
const NO_CONNECTION = 'Apply is possible again once Waypost can be reached.';

function waiting(review: { valid: boolean; conflicts: readonly unknown[] }): string {
  if (!review.valid) return 'Correct the marked fields to apply.';
  return review.conflicts.length > 0 ? 'Another window changed the same. Apply asks which to keep.' : '';
}

function NoticeLine({ notice }: { readonly notice: Notice }) {
  const Icon = ICONS[notice.kind];
  return (
    <p className={`notice ${notice.kind}`}>
      <Icon aria-hidden />
      <span>{notice.text}</span>
    </p>
  );
}
