import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { LogView } from '../../server/contract/views.ts';
import type { Connection } from '../client.ts';
import { copyText } from '../ui/copy-text.ts';
import { ProblemBanner } from '../ui/problem-banner.tsx';
import type { Notice } from '../ui/said.tsx';
import { useStore } from '../ui/store.ts';
import { ActionBar } from './action-bar.tsx';
import { Details } from './details.tsx';
import { type Choices, EVERYTHING, isFiltered } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { type Grouping, type Row, rowsOf } from './groups.ts';
import { LogGrid } from './log-grid.tsx';
import { type Look, lookOf } from './look.ts';
import { choose, chosenEntries, NOTHING, type Selection } from './selection.ts';
import { useExport } from './use-export.ts';
import { logListOf, useLog } from './use-log.ts';
import { clock, countText, entryLine, transcriptText } from './words.ts';

interface LogTabProps {
  readonly connection: Connection;
}

/** What happened to each session, message and delivery, as it happens. */
export function LogTab({ connection }: LogTabProps) {
  const { client } = connection;
  const list = logListOf(connection);
  const state = useLog(list);
  const isConnected = useStore(connection.link).state === 'connected';
  const look = lookOf(connection);
  const { grouping, openGroups, selection, hasDetails } = useStore(look);
  const setLook = useCallback((change: Partial<Look>) => look.set({ ...look.get(), ...change }), [look]);
  const [isAtEnd, setAtEnd] = useState(true);
  const [notice, setNotice] = useState<Notice>();
  const scroller = useRef<HTMLDivElement>(null);
  const say = useCallback(
    (kind: Notice['kind'], text: string) => setNotice(text === '' ? undefined : { kind, text }),
    [],
  );
  const exporting = useExport(client, say);
  const { entries, choices, hasNewer, pausedAt } = state;
  const rows = useMemo(() => rowsOf(entries, grouping, openGroups), [entries, grouping, openGroups]);
  // What is read must not be pushed out by what comes.
  useEffect(() => list.setFollowing(isAtEnd), [list, isAtEnd]);

  const show = (change: Partial<Choices>) => {
    setNotice(undefined);
    setLook({ selection: NOTHING });
    void list.show(change);
  };
  const onFold = useCallback(
    (key: string, wanted: boolean) => {
      const after = new Set(look.get().openGroups);
      if (wanted) after.add(key);
      else after.delete(key);
      setLook({ openGroups: after });
    },
    [look, setLook],
  );
  const onSelect = useCallback(
    (next: Selection) => {
      // What happened does not matter any more once something else is chosen.
      setNotice(undefined);
      setLook({ selection: next });
    },
    [setLook],
  );
  const onOpen = useCallback(() => setLook({ hasDetails: true }), [setLook]);
  const put = (text: string, done: string) => {
    if (copyText(text)) say('done', done);
    else say('problem', 'The browser does not let this page copy.');
  };
  const copy = () => {
    const chosen = chosenEntries(selection, rows);
    if (chosen.length === 0) return say('info', 'Choose the entries to copy first.');
    put(chosen.map((entry) => `${entryLine(entry)}\n`).join(''), `${countText(chosen.length)} copied.`);
  };
  const focusGrid = () => scroller.current?.focus();
  const lead = entryOf(rows.find(({ key }) => key === selection.lead));
  const onGrouping = (wanted: Grouping) => {
    // The entry that was chosen stays so, or what it is a part of now.
    const next = rowsOf(entries, wanted, openGroups);
    const chosen = lead ? choose(NOTHING, next, next.findIndex(isAbout(lead)), 'one') : NOTHING;
    setLook({ grouping: wanted, selection: chosen });
  };
  const close = () => {
    setLook({ hasDetails: false });
    focusGrid();
  };
  const hasFilter = isFiltered(choices);
  const isEmpty = state.isKnown && entries.length === 0;
  const count = selection.keys.size > 1 ? chosenEntries(selection, rows).length : 0;
  const isAway = hasNewer || !isAtEnd;
  return (
    <div className="listing-tab log-tab" data-pending={state.isPending}>
      <FilterBar choices={choices} onChange={show} grouping={grouping} onGrouping={onGrouping} />
      <ProblemBanner problem={state.problem} />
      {isEmpty ? (
        <div className="nobody" role="status">
          {hasFilter ? (
            <>
              <p>Nothing in the log fits. What fits and comes later appears here.</p>
              <Button className="button" onPress={() => show(EVERYTHING)}>
                Show All
              </Button>
            </>
          ) : (
            <p>Nothing has happened yet.</p>
          )}
        </div>
      ) : (
        <LogGrid
          scroller={scroller}
          list={list}
          state={state}
          rows={rows}
          grouping={grouping}
          selection={selection}
          onSelect={onSelect}
          onFold={onFold}
          onOpen={onOpen}
          onCopy={copy}
          onEscape={() => setLook({ hasDetails: false })}
          onAtEnd={setAtEnd}
        />
      )}
      {hasDetails && !isEmpty && (
        <Details
          client={client}
          entry={lead}
          newest={newestAbout(entries, lead)}
          onCopy={(transcript) => put(transcriptText(transcript), 'Transcript copied.')}
          onClose={close}
        />
      )}
      <ActionBar
        notice={notice}
        stateText={stateText(count, entries.length, pausedAt, isAway, isConnected)}
        isPaused={pausedAt !== undefined}
        isAway={isAway}
        isConnected={isConnected}
        isExporting={exporting.isBusy}
        onPause={(wanted) => list.setPaused(wanted)}
        onNewest={() => {
          setAtEnd(true);
          void list.toNewest();
          focusGrid();
        }}
        onCopy={copy}
        onExport={(format) => exporting.begin(list.filter(), format)}
        onCancel={exporting.cancel}
      />
    </div>
  );
}

function stateText(
  chosen: number,
  loaded: number,
  pausedAt: Date | undefined,
  isAway: boolean,
  isConnected: boolean,
): string {
  if (chosen > 0) return `${countText(chosen)} selected`;
  if (!isConnected) return 'Not connected.';
  if (pausedAt) return `Paused at ${clock(pausedAt)}: nothing new is shown.`;
  if (loaded === 0) return 'Waiting for what comes.';
  return isAway ? 'Scrolled away from the newest.' : 'Following what happens.';
}

/** The entry that a row is about; of a group, the one that tells most. */
function entryOf(row: Row | undefined): LogView | undefined {
  if (!row || row.type === 'day') return undefined;
  return row.type === 'entry' ? row.entry : row.group.telling;
}

/** Finds the row of an entry, or of the group that it is in. */
function isAbout({ id }: LogView): (row: Row) => boolean {
  return (row) =>
    (row.type === 'entry' && row.entry.id === id) ||
    (row.type === 'group' && row.group.entries.some((entry) => entry.id === id));
}

/** The id of the newest entry of the same session or message. */
function newestAbout(entries: readonly LogView[], lead: LogView | undefined): number {
  if (!lead) return 0;
  const { session, message } = lead;
  const found = entries.findLast(
    (entry) => (session !== '' && entry.session === session) || (message !== '' && entry.message === message),
  );
  return found?.id ?? lead.id;
}
