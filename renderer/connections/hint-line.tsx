import { Info } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import type { SettingPath } from '../../server/contract/settings.ts';
import { hasField } from './field-paths.ts';
import { helpOf } from './wording.ts';

/**
 * Explains the field that was pointed at or entered last. Assistive technology gets the same text
 * from each field's description, so the line itself is not read out.
 */
export function HintLine({ within }: { readonly within: RefObject<HTMLElement | null> }) {
  const [hint, setHint] = useState<string>();
  useEffect(() => {
    const root = within.current;
    if (!root) return;
    const abort = new AbortController();
    const on = (event: string, hintFor: (target: EventTarget | null) => string | undefined) =>
      root.addEventListener(event, ({ target }) => setHint(hintFor(target)), { signal: abort.signal });
    const focused = () =>
      root.contains(document.activeElement) ? hintOf(document.activeElement) : undefined;
    on('focusin', hintOf);
    on('focusout', () => undefined);
    on('pointerover', (target) => hintOf(target) ?? focused());
    on('pointerleave', focused);
    return () => abort.abort();
  }, [within]);
  return (
    <p className="hint" aria-hidden>
      <Info />
      <span>{hint ?? 'Point at a field, or go to it, to read what it does.'}</span>
    </p>
  );
}

/** What an element says of itself, or the help of the setting whose field it belongs to. */
function hintOf(target: EventTarget | null): string | undefined {
  const own =
    target instanceof Element ? target.closest<HTMLElement>('[data-hint]')?.dataset.hint : undefined;
  const path = fieldOf(target);
  return own ? `${own}.` : path && helpOf(path);
}

/** The setting whose field an element belongs to. */
export function fieldOf(target: EventTarget | null): SettingPath | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-path]') : null;
  const path = element?.dataset.path ?? '';
  return hasField(path) ? path : undefined;
}
