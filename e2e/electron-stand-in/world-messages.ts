/** What the isolated world of a page and the main process say to each other. */

/** The name of the world, by which Chromium tells it from the page's own. */
export const WORLD = 'Electron Isolated Context';
/** How the world calls out. It is taken away before the preload runs. */
export const BINDING = '__electronStandInOut';
/** How the world is called. */
export const DELIVER = '__electronStandInIn';

export type FromWorld =
  | { readonly kind: 'send'; readonly channel: string; readonly args: string }
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly args: string }
  | { readonly kind: 'post'; readonly channel: string; readonly args: string; readonly ports: string[] }
  | { readonly kind: 'port message'; readonly port: string; readonly data: string; readonly ports: string[] }
  | { readonly kind: 'port closed'; readonly port: string }
  | { readonly kind: 'preload failed'; readonly message: string; readonly stack: string }
  /** The page wants something that takes a permission. */
  | {
      readonly kind: 'permission';
      readonly id: number;
      readonly permission: string;
      readonly media: string[];
    }
  /** The person has pressed a key or asked for a menu. */
  | {
      readonly kind: 'input';
      readonly event: 'before-input-event' | 'context-menu';
      readonly details: Readonly<Record<string, unknown>>;
    }
  /** Something came that can't be passed on. */
  | { readonly kind: 'lost'; readonly message: string };

export type ToWorld =
  | { readonly kind: 'event'; readonly channel: string; readonly args: string; readonly ports: string[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value?: string; readonly failure?: string }
  | { readonly kind: 'port message'; readonly port: string; readonly data: string; readonly ports: string[] }
  | { readonly kind: 'port close'; readonly port: string }
  | { readonly kind: 'permission'; readonly id: number };
