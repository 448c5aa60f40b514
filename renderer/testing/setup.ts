/** What the components need and jsdom lacks. */
import { afterEach } from 'vitest';

// Used to look up a page's meta elements; the names that are looked up need no escaping.
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;

// Every test opens its window as a person does, not at the tab where the one before was left.
afterEach(() => history.replaceState(null, '', '/'));
