/** Looks for a text in a page's memory. */
import type { Page } from 'playwright/test';

/** Those of the texts that are part of any string the page's JavaScript holds, when all that is garbage is gone. */
export async function heldInMemory(page: Page, texts: readonly string[]): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  // A snapshot is JSON, so it holds the text as JSON writes it.
  const wanted = texts.map((text) => JSON.stringify(text).slice(1, -1));
  const longest = Math.max(...wanted.map(({ length }) => length));
  const found = new Set<number>();
  let before = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    const seen = before + chunk;
    for (const [index, text] of wanted.entries()) if (seen.includes(text)) found.add(index);
    before = chunk.slice(-longest);
  });
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return texts.filter((_, index) => found.has(index));
}
