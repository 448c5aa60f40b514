import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { TranscriptView } from '../../server/contract/log.ts';
import type { LogView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { Transcript } from './transcript.tsx';
import { type Asked, MOST_RELATED, useRelated } from './use-details.ts';
import { type Station, wayOf } from './way.ts';
import { clock, LEVEL_NAMES } from './words.ts';

interface DetailsProps {
  readonly client: Pick<Client, 'log'>;
  /** Undefined while none is chosen. */
  readonly entry: LogView | undefined;
  /** The newest entry that may belong to it: what is shown is asked for anew when there is another. */
  readonly newest: number;
  readonly onCopy: (transcript: TranscriptView) => void;
  readonly onClose: () => void;
}

type View = 'message' | 'session';

/** All that belongs to an entry: its session, the way of its message, and what was said on the wire. */
export function Details({ client, entry, newest, onCopy, onClose }: DetailsProps) {
  return (
    <section
      className="log-details"
      aria-label="Details"
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose();
      }}
    >
      <Button className="button small close" aria-label="Close the details" onPress={onClose}>
        <X aria-hidden />
      </Button>
      {entry ? (
        <Related client={client} entry={entry} version={String(newest)} onCopy={onCopy} />
      ) : (
        <p className="empty">Choose an entry.</p>
      )}
    </section>
  );
}

interface RelatedProps {
  readonly client: Pick<Client, 'log'>;
  readonly entry: LogView;
  readonly version: string;
  readonly onCopy: (transcript: TranscriptView) => void;
}

function Related({ client, entry, version, onCopy }: RelatedProps) {
  const { id, text, session, message, host, address } = entry;
  const [wanted, setWanted] = useState<View>('message');
  const view: View = message === '' || (session !== '' && wanted === 'session') ? 'session' : 'message';
  const ofMessage = useRelated(client, 'message', view === 'message' ? message : '', version);
  const ofSession = useRelated(client, 'session', view === 'session' ? session : '', version);
  // The transcript beside it: that of the entry's own session, until another station is chosen.
  const [spoken, setSpoken] = useState(session);
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew for each entry
  useEffect(() => setSpoken(session), [id, session]);
  const stations = view === 'message' ? wayOf(ofMessage.value?.entries ?? []) : [];
  return (
    <>
      <div className="facts">
        <p className="sentence">{text}</p>
        <dl>
          {session !== '' && <Fact name={entry.kind === 'delivery' ? 'Attempt' : 'Session'}>{session}</Fact>}
          {message !== '' && <Fact name="Message">{message}</Fact>}
          {host !== '' && <Fact name="Host">{host}</Fact>}
          {address !== '' && <Fact name="Address">{address}</Fact>}
        </dl>
      </div>
      {session === '' && message === '' ? (
        <p className="empty alone">This entry is about the server as a whole.</p>
      ) : (
        <div className="beside">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
          <section className="related" tabIndex={0} aria-label={VIEW_NAMES[view]}>
            {session !== '' && message !== '' ? (
              <ToggleButtonGroup
                className="views"
                aria-label="What is shown"
                selectionMode="single"
                disallowEmptySelection
                selectedKeys={[view]}
                onSelectionChange={(keys) => setWanted([...keys][0] as View)}
              >
                <ToggleButton className="button" id="message">
                  {VIEW_NAMES.message}
                </ToggleButton>
                <ToggleButton className="button" id="session">
                  {entry.kind === 'delivery' ? 'Attempt' : VIEW_NAMES.session}
                </ToggleButton>
              </ToggleButtonGroup>
            ) : (
              <h2>{VIEW_NAMES[view]}</h2>
            )}
            <Notes asked={view === 'message' ? ofMessage : ofSession} />
            {view === 'message' ? (
              <ol className="way">
                {stations.map((station) => (
                  <StationItem
                    key={station.key}
                    station={station}
                    isSpoken={station.session === spoken}
                    onSpeak={setSpoken}
                  />
                ))}
              </ol>
            ) : (
              <Entries entries={ofSession.value?.entries ?? []} />
            )}
          </section>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
          <section className="spoken" tabIndex={0} aria-label="Transcript">
            <h2>Transcript</h2>
            <Transcript client={client} session={spoken} version={version} onCopy={onCopy} />
          </section>
        </div>
      )}
    </>
  );
}

const VIEW_NAMES: Readonly<Record<View, string>> = { message: 'Way of the message', session: 'Session' };
const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert };

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Notes({ asked: { value, problem } }: { readonly asked: Asked<{ more: boolean }> }) {
  if (problem !== '') return <p className="note">{problem}</p>;
  if (!value) return <p className="note">Asking…</p>;
  return value.more ? <p className="note">The newest {MOST_RELATED} entries.</p> : null;
}

interface StationItemProps {
  readonly station: Station;
  readonly isSpoken: boolean;
  readonly onSpeak: (session: string) => void;
}

/** A station of a message's way; choosing it shows what was said there. */
function StationItem({ station, isSpoken, onSpeak }: StationItemProps) {
  const { name, session, level, entries } = station;
  const Icon = ICONS[level];
  const title = (
    <>
      <Icon className={level} aria-hidden />
      <span className="unseen">{LEVEL_NAMES[level]}: </span>
      {name}
    </>
  );
  return (
    <li className={isSpoken ? 'station spoken-of' : 'station'}>
      {session === '' ? (
        <p className="station-name">{title}</p>
      ) : (
        <button
          type="button"
          className="station-name"
          aria-pressed={isSpoken}
          title="Show what was said"
          onClick={() => onSpeak(session)}
        >
          {title}
        </button>
      )}
      <Entries entries={entries} />
    </li>
  );
}

function Entries({ entries }: { readonly entries: readonly LogView[] }) {
  return (
    <ul className="entries">
      {entries.map((entry) => (
        <li key={entry.id} className={entry.level}>
          <time dateTime={entry.at.toISOString()}>{clock(entry.at)}</time>
          <span>
            {entry.level !== 'info' && <b>{LEVEL_NAMES[entry.level]}: </b>}
            {entry.text}
          </span>
        </li>
      ))}
    </ul>
  );
}
