import { ChevronLeft, CircleCheck } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { LiveView } from '../../../server/contract/views.ts';
import type { Connection } from '../../client.ts';
import { count } from '../../status/words.ts';
import { ProblemBanner } from '../../ui/problem-banner.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useStore } from '../../ui/store.ts';
import { useNow } from '../../ui/use-now.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { usePulse } from '../use-pulse.ts';
import { deleteMail } from './delete-mail.ts';
import { type Choice, MessageList } from './message-list.tsx';
import { ReadingPane } from './reading-pane.tsx';
import { extendTo, NOTHING_SELECTED, onlyOne, selectOne, toggle } from './selection.ts';
import { useMailList } from './use-mail-list.ts';
import { GONE } from './use-save.ts';

interface MailboxViewProps {
  readonly connection: Connection;
  readonly live: LiveView | undefined;
  readonly address: string;
  readonly onBack: () => void;
}

/** Milliseconds of quiet after which a search begins. */
const TYPING_MS = 250;

/** The mail of one account: the list above, the message below. */
export function MailboxView({ connection, live, address, onBack }: MailboxViewProps) {
  const { client, link } = connection;
  const { list, state, selection, select } = useMailList(client, address);
  const isConnected = useStore(link).state === 'connected';
  const [search, setSearch] = useState('');
  const [isDeleting, setDeleting] = useState(false);
  const [notice, setNotice] = useState('');
  const [isGone, setGone] = useState(false);
  const rows = useRef<HTMLDivElement>(null);
  const reading = useRef<HTMLElement>(null);
  const pulse = usePulse(live);
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const { total = 0 } = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each beat is a reason to ask
  useEffect(() => {
    if (isConnected) void list.refresh();
  }, [list, isConnected, pulse]);
  useEffect(() => {
    const timer = setTimeout(() => list.search(search.trim()), search === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [list, search]);
  const isListed = total > 0;
  useFirstFocus(rows, isListed);
  const [deleted, setDeleted] = useState(0);
  useEffect(() => {
    // After the dialog has given the focus back to what opened it, which may be gone with the message.
    const frame = deleted > 0 ? requestAnimationFrame(() => focusList(rows)) : 0;
    return () => cancelAnimationFrame(frame);
  }, [deleted]);

  const choose = async (place: number, choice: Choice) => {
    setNotice('');
    setGone(false);
    if (choice === 'extend')
      await list.load(Math.min(selection.anchor, place), Math.max(selection.anchor, place));
    else await list.load(place, place);
    const known = list.state.get().rows;
    if (choice === 'one') select(selectOne(known, place));
    else select(choice === 'extend' ? extendTo(selection, known, place) : toggle(selection, known, place));
  };
  const chooseAll = async () => {
    await list.load(0, total - 1);
    const known = list.state.get().rows;
    select({ ids: new Set([...known.values()].map(({ id }) => id)), lead: selection.lead, anchor: 0 });
  };
  const act = async () => {
    const outcome = await deleteMail(client, address, [...selection.ids]);
    if ('problem' in outcome) return outcome.problem;
    await list.refresh();
    const { lead } = selection;
    const left = list.state.get();
    const next = Math.min(lead, (left.total ?? 0) - 1);
    await list.load(Math.max(0, next), Math.max(0, next));
    select(next < 0 ? NOTHING_SELECTED : selectOne(list.state.get().rows, next));
    setNotice(outcome.done);
    setDeleting(false);
    setDeleted((times) => times + 1);
    return '';
  };
  const mail = onlyOne(selection, state.rows);
  const selected = selection.ids.size;
  return (
    <section className="mailbox" aria-label={`Mailbox of ${address}`}>
      <header className="mailbox-head">
        <Button className="button back with-icon" onPress={onBack}>
          <ChevronLeft aria-hidden /> Accounts
        </Button>
        <h2>{address}</h2>
        <p className="note" role="status">
          {notice ? (
            <span className="notice done">
              <CircleCheck aria-hidden /> <span>{notice}</span>
            </span>
          ) : (
            state.total !== undefined && countText(state.total, state.search)
          )}
        </p>
        <SearchBox
          label="Search sender and subject"
          text={search}
          onChange={(text) => {
            // What is said of the last deed gives way to how much was found.
            setNotice('');
            setSearch(text);
          }}
        />
      </header>
      <ProblemBanner problem={state.problem} />
      {isListed ? (
        <MessageList
          ref={rows}
          total={total}
          rows={state.rows}
          selection={selection}
          now={minute}
          onLook={list.look}
          onChoose={(place, choice) => void choose(place, choice)}
          onChooseAll={() => void chooseAll()}
          onDelete={() => selected > 0 && isConnected && setDeleting(true)}
          onOpen={() => reading.current?.focus()}
        />
      ) : (
        <p className="loading">{emptyText(state.total, state.search)}</p>
      )}
      {isListed && mail && (
        <ReadingPane
          key={mail.id}
          ref={reading}
          client={client}
          address={address}
          mail={mail}
          onDelete={() => setDeleting(true)}
          onGone={() => {
            setGone(true);
            select({ ...selection, ids: new Set() });
            void list.refresh();
          }}
        />
      )}
      {isListed && !mail && (
        <div className="reading none">
          {selected > 1 ? (
            <>
              <p>{count(selected, 'message')} selected.</p>
              <Button className="button" isDisabled={!isConnected} onPress={() => setDeleting(true)}>
                Delete…
              </Button>
            </>
          ) : (
            <p role="status">{isGone ? GONE : 'Select a message to read it; with Ctrl or Shift, several.'}</p>
          )}
        </div>
      )}
      {isDeleting && (
        <ConfirmDialog
          title={selected === 1 ? 'Delete this message?' : `Delete ${selected} messages?`}
          verb="Delete"
          act={act}
          onClose={() => setDeleting(false)}
        >
          <p>
            {selected === 1 && mail
              ? `“${mail.subject || '(no subject)'}” from ${mail.from || 'Waypost itself'}`
              : 'They'}{' '}
            can’t be brought back.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function focusList(rows: RefObject<HTMLElement | null>): void {
  rows.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus();
}

/** The list has the focus as soon as there is one; a list that comes back after a search does not take it. */
function useFirstFocus(rows: RefObject<HTMLElement | null>, isListed: boolean): void {
  const hasBegun = useRef(false);
  useEffect(() => {
    if (!isListed || hasBegun.current) return;
    hasBegun.current = true;
    focusList(rows);
  }, [rows, isListed]);
}

function countText(total: number, search: string): string {
  const messages = `${total.toLocaleString()} ${total === 1 ? 'message' : 'messages'}`;
  return search === '' ? messages : `${messages} found`;
}

function emptyText(total: number | undefined, search: string): string {
  if (total === undefined) return 'Looking through the mailbox…';
  return search === ''
    ? 'No mail yet. What arrives shows here at once.'
    : 'No sender or subject has this in it.';
}
