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
  const [path, setPath] = useState<SettingPath>();
  useEffect(() => {
    const root = within.current;
    if (!root) return;
    const abort = new AbortController();
    const on = (event: string, field: (target: EventTarget | null) => SettingPath | undefined) =>
      root.addEventListener(event, ({ target }) => setPath(field(target)), { signal: abort.signal });
    const focused = () =>
      root.contains(document.activeElement) ? fieldOf(document.activeElement) : undefined;
    on('focusin', fieldOf);
    on('focusout', () => undefined);
    on('pointerover', (target) => fieldOf(target) ?? focused());
    on('pointerleave', focused);
    return () => abort.abort();
  }, [within]);
  return (
    <p className="hint" aria-hidden>
      <Info />
      <span>{path ? helpOf(path) : 'Point at a field, or go to it, to read what it does.'}</span>
    </p>
  );
}

/** The setting whose field an element belongs to. */
export function fieldOf(target: EventTarget | null): SettingPath | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-path]') : null;
  const path = element?.dataset.path ?? '';
  return hasField(path) ? path : undefined;
}
