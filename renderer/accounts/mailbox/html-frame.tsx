import { useMemo } from 'react';
import { framePage, pageNonce } from './frame-page.ts';
import type { CleanHtml } from './sanitise.ts';

/** A message's HTML, in a frame that may do nothing. */
export function HtmlFrame({ clean }: { readonly clean: CleanHtml }) {
  const page = useMemo(() => framePage(clean, pageNonce()), [clean]);
  // An empty sandbox is the strictest: no scripts, no origin, no forms, no windows, no way out of the frame.
  return (
    <iframe className="html-frame" title="Message" sandbox="" referrerPolicy="no-referrer" srcDoc={page} />
  );
}
