/** Milliseconds after which a browser has surely begun to read what it saves. */
const BEGUN_MS = 60_000;

/** Hands a file to the browser, which saves it where its person wants it. It is never opened. */
export function saveFile(content: Blob, name: string): void {
  // Without a type that a browser would show.
  const url = URL.createObjectURL(content.slice(0, content.size, 'application/octet-stream'));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.rel = 'noopener';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), BEGUN_MS);
}
