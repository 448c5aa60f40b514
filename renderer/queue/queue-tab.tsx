import { Info } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { QueueRowView, QueueVerb } from '../../server/contract/queue.ts';
import type { QueueFacts } from '../../server/contract/queue-words.ts';
import type { LiveView } from '../../server/contract/views.ts';
import type { Connection } from '../client.ts';
import { problemText } from '../problem.ts';
import { PauseButton } from '../status/pause-button.tsx';
import { ProblemBanner } from '../ui/problem-banner.tsx';
import type { Notice } from '../ui/said.tsx';
import { useStore } from '../ui/store.ts';
import { useNow } from '../ui/use-now.ts';
import { type Action, ActionBar } from './action-bar.tsx';
import { chosen, doneText, whyNot } from './actions.ts';
import { createChooser } from './choosing.ts';
import { Details } from './details.tsx';
import { FilterBar } from './filter-bar.tsx';
import { QueueGrid } from './queue-grid.tsx';
import type { QueueScope } from './queue-list-state.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { moveTo } from './selection.ts';
import { steerSelected } from './steer.ts';
import { useLead } from './use-lead.ts';
import { queueListOf, useQueue } from './use-queue.ts';
import { countText, isFiltered } from './words.ts';

// What reads mail is large, and loaded when somebody does.
const MessageDialog = lazy(() =>
  import('./message-dialog.tsx').then(({ MessageDialog }) => ({ default: MessageDialog })),
);

interface QueueTabProps {
  readonly connection: Connection;
  readonly live: LiveView;
}

/** Who waits to be sent what, why, and what can be done about it. */
export function QueueTab({ connection, live }: QueueTabProps) {
  const { client } = connection;
  const list = queueListOf(connection);
  const state = useQueue(list, connection, live);
  const isConnected = useStore(connection.link).state === 'connected';
  const [isOpen, setOpen] = useState(false);
  const [reading, setReading] = useState<QueueRowView>();
  const [isRemoving, setRemoving] = useState(false);
  const [notice, setNotice] = useState<Notice>();
  // What happened does not matter any more once something else is chosen.
  const chooser = useMemo(() => createChooser(list, () => setNotice(undefined)), [list]);
  const scroller = useRef<HTMLDivElement>(null);
  const { row: lead, isGone } = useLead(list, state, isOpen);
  const { total = 0, selection, counts, rows, scope } = state;
  const isPaused = live.status.paused.outgoing;
  const second = useNow();
  const facts = useMemo<QueueFacts>(() => {
    const { now, max } = live.status.outgoing;
    return { tries: state.tries, hops: state.hops, isPaused, isFree: now < max, now: new Date(second) };
  }, [state.tries, state.hops, isPaused, live.status.outgoing, second]);
  const picked = useMemo(
    () => chosen(selection, rows.values(), total, counts),
    [selection, rows, total, counts],
  );

  const show = (change: Partial<QueueScope>) => {
    setNotice(undefined);
    void list.show(change);
  };
  const open = useCallback(() => setOpen(true), []);
  const focusGrid = () => scroller.current?.focus();
  const reason = (action: Action) => (isConnected ? whyNot(action, picked, isPaused) : UNREACHABLE);
  const steer = async (verb: QueueVerb, report = false) => {
    try {
      const done = await steerSelected(client, verb, state, report);
      const { lead: place } = selection;
      await list.refresh();
      if (verb === 'remove' && place) await leadOn(place.index);
      setNotice({ kind: 'done', text: doneText(verb, done, isPaused) });
      return '';
    } catch (error) {
      return problemText(error as Error);
    }
  };
  /** Where somebody was removed, the next one takes the place for the keys to go on from. */
  const leadOn = async (index: number) => {
    const next = Math.min(index, (list.state.get().total ?? 0) - 1);
    const row = next < 0 ? undefined : await list.at(next);
    if (row) list.select(moveTo(list.state.get().selection, { index: next, id: row.id }));
  };
  const act = async (action: Action) => {
    const why = reason(action);
    if (why !== '') setNotice({ kind: 'info', text: why });
    else if (action === 'remove') setRemoving(true);
    else if (action === 'open') setReading(onlyRow());
    else {
      const problem = await steer(action);
      if (problem !== '') setNotice({ kind: 'problem', text: problem });
    }
  };
  const onlyRow = () =>
    picked.count === 1
      ? ([...rows.values(), lead].find((row) => row && isOnly(row)) ?? undefined)
      : undefined;
  const isOnly = (row: QueueRowView) => (selection.all ? row.id === lead?.id : selection.ids.has(row.id));
  // Until the list has come, what is known of its length tells what to make room for.
  const { due, deferred, held } = live.status.queue;
  const isEmpty = (state.total ?? due + deferred + held) === 0;
  const hasFilter = isFiltered(scope.filter);
  return (
    <div className="listing-tab queue-tab" data-pending={state.isPending}>
      {(!isEmpty || hasFilter) && (
        <FilterBar client={client} scope={scope} onChange={show} hasDetails={isOpen} onDetails={setOpen} />
      )}
      {isPaused && (
        <div className="banner">
          <Info aria-hidden />
          <span>Sending is paused: nothing goes until it is resumed.</span>
          <PauseButton direction="outgoing" isPaused traffic={client.traffic} isDisabled={!isConnected} />
        </div>
      )}
      <ProblemBanner problem={state.problem} />
      {isEmpty ? (
        <div className="nobody" role="status">
          {hasFilter ? (
            <>
              <p>Nothing in the queue fits.</p>
              <Button className="button" onPress={() => show({ filter: {} })}>
                Show All
              </Button>
            </>
          ) : (
            <p>Nothing waits to be sent.</p>
          )}
        </div>
      ) : (
        <>
          <QueueGrid
            scroller={scroller}
            list={list}
            state={state}
            facts={facts}
            chooser={chooser}
            onOpen={open}
            onRemove={() => void act('remove')}
            onEscape={() => setOpen(false)}
          />
          {isOpen && (
            <Details
              row={lead}
              isGone={isGone}
              facts={facts}
              onClose={() => {
                setOpen(false);
                focusGrid();
              }}
            />
          )}
          <ActionBar
            notice={notice}
            countText={state.total === undefined ? 'Asking for the queue…' : countText(total, picked.count)}
            whyNot={reason}
            onAct={(action) => void act(action)}
          />
        </>
      )}
      {isEmpty && notice && (
        <p className="queue-said" role="status">
          {notice.text}
        </p>
      )}
      {isRemoving && (
        <RemoveDialog
          count={picked.count}
          only={onlyRow()}
          remove={async (report) => {
            const problem = await steer('remove', report);
            if (problem === '') setRemoving(false);
            return problem;
          }}
          onClose={() => {
            setRemoving(false);
            focusGrid();
          }}
        />
      )}
      {reading && (
        <Suspense>
          <MessageDialog
            client={client}
            row={reading}
            onClose={() => {
              setReading(undefined);
              focusGrid();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

const UNREACHABLE = 'This is possible again once Waypost can be reached.';
