/** What is put right, and told, before anything starts. */
import type { SettingsService } from '../settings/service.ts';
import type { Store } from '../store/store.ts';

/** Tells what happened while loading, and removes what a killed process has left half written. */
export async function tidyUp(
  { notices }: SettingsService,
  store: Store,
  say: (text: string, level?: 'info' | 'warning') => void,
): Promise<void> {
  for (const notice of [...notices, ...store.notices]) say(notice, 'warning');
  const { removed, kept } = await store.bodies.sweep();
  if (removed > 0) say(`Removed ${removed} unfinished message files.`);
  if (kept > 0) {
    say(`The database does not know ${kept} message files: they were moved to messages.kept.`, 'warning');
  }
}
