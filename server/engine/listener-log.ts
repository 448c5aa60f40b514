/** Puts the listeners into the mail log: each truth once, and again only when it has changed. */
import { endpointText } from '../contract/listeners.ts';
import type { ListenerView } from '../contract/views.ts';
import type { LogEntry } from '../store/mail-log.ts';

/** Returns what is to be called with all listeners whenever one has changed. */
export function listenerLog(write: (entry: LogEntry) => void): (listeners: readonly ListenerView[]) => void {
  let before: readonly string[] = [];
  return (listeners) => {
    const truths = listeners.map(({ name, port, address, reason }) => {
      const listener = `The ${name} listener, ${endpointText({ port, address })},`;
      return reason === null
        ? { level: 'info' as const, text: `${listener} is open.` }
        : { level: 'error' as const, text: `${listener} is not open: ${reason}` };
    });
    for (const truth of truths) if (!before.includes(truth.text)) write({ kind: 'server', ...truth });
    before = truths.map(({ text }) => text);
  };
}
