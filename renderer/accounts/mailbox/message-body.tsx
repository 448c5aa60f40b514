import { useMemo, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { Attachments } from './attachments.tsx';
import { HtmlFrame } from './html-frame.tsx';
import { Links } from './links.tsx';
import type { Letter } from './read-message.ts';
import { type CleanHtml, sanitise } from './sanitise.ts';

/** Longer texts are shown in part: a browser takes its time over them. */
const MOST_TEXT = 500_000;
const MOST_HTML = 3_000_000;

/** What a message says and brings with it. */
export function MessageBody({ letter }: { readonly letter: Letter }) {
  const clean = useMemo(() => cleanHtml(letter), [letter]);
  const [wanted, setWanted] = useState<'html' | 'text'>('html');
  const shown = clean && (wanted === 'html' || letter.text === '') ? 'html' : 'text';
  const attachments = letter.attachments.filter(
    ({ contentId }) => shown === 'text' || !clean?.shown.has(contentId),
  );
  return (
    <>
      <Attachments attachments={attachments} />
      {clean && (
        <div className="html-notes">
          {letter.text !== '' && (
            <ToggleButtonGroup
              className="forms"
              aria-label="Form"
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[shown]}
              onSelectionChange={(keys) => setWanted(keys.has('text') ? 'text' : 'html')}
            >
              <ToggleButton id="html" className="form">
                HTML
              </ToggleButton>
              <ToggleButton id="text" className="form">
                Plain text
              </ToggleButton>
            </ToggleButtonGroup>
          )}
          {shown === 'html' && clean.hasRemoteImages && <p className="note">Remote images are not loaded.</p>}
          {shown === 'html' && <Links links={clean.links} />}
        </div>
      )}
      {!clean && letter.html.trim() !== '' && <p className="instead">{TOO_MUCH}</p>}
      {clean && shown === 'html' && <HtmlFrame clean={clean} />}
      {shown === 'text' && (letter.text !== '' || letter.html.trim() === '') && (
        <PlainText text={letter.text} />
      )}
    </>
  );
}

/** Undefined where there is none to show. */
function cleanHtml({ html, images }: Letter): CleanHtml | undefined {
  if (html.trim() === '' || html.length > MOST_HTML) return undefined;
  try {
    return sanitise(html, images);
  } catch {
    // Whatever a message does to those who clean it, it is not shown.
    return undefined;
  }
}

const TOO_MUCH =
  'The HTML of this message is too long or too tangled to be shown. Save it to read it elsewhere.';

function PlainText({ text }: { readonly text: string }) {
  const isCut = text.length > MOST_TEXT;
  if (text.trim() === '') return <p className="message-text empty">This message has no text.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="message-text" aria-label="Text" tabIndex={0}>
      <pre>{isCut ? text.slice(0, MOST_TEXT) : text}</pre>
      {isCut && (
        <p className="note">The rest of this long text is not shown. Save the message to read all of it.</p>
      )}
    </section>
  );
}
