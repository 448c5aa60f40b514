/** What the components need and jsdom lacks. */

// Used to look up a page's meta elements; the names that are looked up need no escaping.
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;
