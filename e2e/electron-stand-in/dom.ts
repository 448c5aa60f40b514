/** What is used of the DOM. Its types are not known here, where most code runs in Node. */

export interface DomPort extends EventTarget {
  onmessage: ((event: { readonly data: unknown; readonly ports: readonly DomPort[] }) => void) | null;
  postMessage(message: unknown, transfer?: DomPort[]): void;
  close(): void;
}

export interface DomWindow extends EventTarget {
  readonly top: unknown;
  readonly document: EventTarget;
  getSelection(): unknown;
  [name: string]: unknown;
}

type Flag = 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing';

export interface DomKeyEvent extends Event, Readonly<Record<Flag, boolean>> {
  readonly key: string;
  readonly code: string;
  readonly location: number;
}

export interface DomMouseEvent extends Event {
  readonly clientX: number;
  readonly clientY: number;
}

export interface DomElement extends EventTarget {
  readonly isContentEditable?: boolean;
  readonly tagName?: string;
  closest?(selector: string): { readonly href: string } | null;
}
