/** What the person does in a page, as far as Electron tells an app of it. Goes to the page as source text. */
import type { DomElement, DomKeyEvent, DomMouseEvent, DomWindow } from './dom.ts';
import type { FromWorld } from './world-messages.ts';

export function listenToInput(window: DomWindow, send: (message: FromWorld) => void): void {
  const tellKey = (event: Event) => {
    const { type, key, code, repeat, isComposing, shiftKey, ctrlKey, altKey, metaKey, location } =
      event as DomKeyEvent;
    const modifiers = { shift: shiftKey, control: ctrlKey, alt: altKey, meta: metaKey };
    const details = { type: type === 'keydown' ? 'keyDown' : 'keyUp', key, code, isAutoRepeat: repeat };
    send({
      kind: 'input',
      event: 'before-input-event',
      details: { ...details, ...modifiers, isComposing, location },
    });
  };
  window.document.addEventListener('keydown', tellKey, true);
  window.document.addEventListener('keyup', tellKey, true);
  window.addEventListener('contextmenu', (event) => {
    if (event.defaultPrevented) return;
    const { clientX: x, clientY: y } = event as DomMouseEvent;
    const target = event.target as DomElement;
    const isEditable = target.isContentEditable === true || /^(INPUT|TEXTAREA)$/.test(target.tagName ?? '');
    const selectionText = String(window.getSelection());
    const linkURL = target.closest?.('a[href]')?.href ?? '';
    send({ kind: 'input', event: 'context-menu', details: { x, y, isEditable, selectionText, linkURL } });
  });
}
