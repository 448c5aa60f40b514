/** More texts than this are not kept in mind. */
const MOST = 1000;

/**
 * The pure function `read` with a memory, for what is asked about the same few texts again and again. It forgets all
 * at once when it knows too many, so that strangers can't fill it.
 */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    let entry = known.get(text);
    if (!entry) {
      if (known.size >= MOST) known.clear();
      entry = { value: read(text) };
      known.set(text, entry);
    }
    return entry.value;
  };
}
