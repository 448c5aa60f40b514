/** Looks for a text in a page's memory. */
import type { Page } from 'playwright/test';

/** Whether a text is part of any string that the page's JavaScript holds, when all that is garbage is gone. */
export async function memoryHolds(page: Page, text: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  // A snapshot is JSON, so it holds the text as JSON writes it.
  const wanted = JSON.stringify(text).slice(1, -1);
  let isFound = false;
  let before = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    isFound ||= (before + chunk).includes(wanted);
    before = chunk.slice(-wanted.length);
  });
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return isFound;
}
