import type { LogFilter } from './log.ts';
import type { LogView } from './views.ts';

/** Whether entries fit a filter, judged as the database does (`store/text-match.ts`). Pure. */
export function logMatcher(filter: LogFilter): (entry: LogView) => boolean {
  const { message = '', session = '', kinds, levels, from, to } = filter;
  const [anywhere, address, host] = [filter.text, filter.address, filter.host].map(containing);
  return (entry) =>
    (!anywhere ||
      [entry.text, entry.address, entry.host, entry.message, entry.session].some((text) =>
        anywhere.test(text),
      )) &&
    (!address || address.test(entry.address)) &&
    (!host || host.test(entry.host)) &&
    entry.message.startsWith(message) &&
    entry.session.startsWith(session) &&
    (!kinds?.length || kinds.includes(entry.kind)) &&
    (!levels?.length || levels.includes(entry.level)) &&
    (!from || entry.at >= from) &&
    (!to || entry.at <= to);
}

/** Matches texts that contain the part, whatever the case of its letters. */
function containing(part: string | undefined): RegExp | undefined {
  return part ? new RegExp([...part.normalize('NFC')].map(letterClass).join(''), 'u') : undefined;
}

function letterClass(letter: string): string {
  const forms = new Set([letter, letter.toLowerCase(), letter.toUpperCase()]);
  // A letter that becomes two in another case (ß, SS) is found as it is.
  const single = [...forms].filter((form) => [...form].length === 1);
  return `[${single.map((form) => form.replace(/[\\\]^-]/, '\\$&')).join('')}]`;
}
