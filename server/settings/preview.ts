/** What applying settings would do, in words. Pure: the engine gathers the facts. */
import { endpointText, type PlannedListener, plannedListeners, sameEndpoint } from '../contract/listeners.ts';
import { type SettingPath, type Settings, settingSpec, valueAt } from '../contract/settings.ts';
import { changedPaths } from '../contract/validate.ts';

/** What is going on right now. */
export interface PreviewFacts {
  /** Sessions by local port. */
  sessionsOnPort(port: number): number;
  /** Messages that wait in the queue. */
  readonly waiting: number;
}

/** The sentences for a change; one that says so when nothing would change. */
export function previewSentences(before: Settings, after: Settings, facts: PreviewFacts): string[] {
  const changed = changedPaths(before, after);
  if (changed.length === 0) return ['Nothing changes.'];
  const sentences = [
    ...listenerSentences(before, after, facts),
    ...routeSentences(before, after, facts),
    ...changed.filter((path) => !spokenFor(path)).map((path) => valueSentence(path, after)),
  ];
  // A change that has no effect for now, such as a SmartHost's name while SmartHost is off.
  return sentences.length > 0 ? sentences : ['The values are kept; nothing else changes for now.'];
}

function spokenFor(path: SettingPath): boolean {
  return /^(incoming\.(primary|secondary)|pickup\.pop3)\./.test(path) || path.startsWith('smartHost.');
}

function listenerSentences(before: Settings, after: Settings, facts: PreviewFacts): string[] {
  const [had, wants] = [plannedListeners(before), plannedListeners(after)];
  const sentences: string[] = [];
  for (const wanted of wants) {
    const old = had.find((listener) => sameEndpoint(listener, wanted));
    if (!old) sentences.push(capital(`${endpointText(wanted)} opens${securityText(wanted)}.`));
    else if (old.security !== wanted.security) {
      sentences.push(`New connections to ${endpointText(wanted)} are ${SECURITY_TEXT[wanted.security]}.`);
    }
  }
  for (const old of had.filter((listener) => !wants.some((wanted) => sameEndpoint(listener, wanted)))) {
    const sessions = facts.sessionsOnPort(old.port);
    sentences.push(
      capital(
        `${endpointText(old)} closes${sessions > 0 ? `; ${count(sessions, 'session')} on it may finish` : ''}.`,
      ),
    );
  }
  return sentences;
}

const SECURITY_TEXT: Record<PlannedListener['security'], string> = {
  none: 'in plain text only',
  starttls: 'offered STARTTLS',
  tls: 'encrypted from the first byte',
};

function securityText(listener: PlannedListener): string {
  return listener.security === 'tls' ? ', encrypted from the first byte' : '';
}

function routeSentences(before: Settings, after: Settings, facts: PreviewFacts): string[] {
  const [old, now] = [before.smartHost, after.smartHost];
  if (!old.enabled && !now.enabled) return [];
  if (changedPaths(before, after).every((path) => !path.startsWith('smartHost.'))) return [];
  const waiting =
    facts.waiting === 0 ? 'New mail' : `New mail and ${count(facts.waiting, 'waiting message')}`;
  const go = facts.waiting === 0 ? 'goes' : 'go';
  if (!now.enabled) return [`${waiting} ${go} directly to the recipients' servers.`];
  const way = now.exclusive
    ? `by the SmartHost ${now.host}`
    : `directly first, and by the SmartHost ${now.host} where that fails`;
  const signIn = now.authenticate ? `, signed in as ${now.account}` : '';
  return [`${waiting} ${go} ${way}${signIn}.`];
}

function valueSentence(path: SettingPath, after: Settings): string {
  const { label, group, unit } = settingSpec(path);
  const value = valueAt(after, path);
  const shown = (Array.isArray(value) ? value.join(', ') : String(value)) || 'none';
  // "Maximum Connections" alone could be either; the other labels speak for themselves.
  const where = group === 'Incoming' || group === 'Outgoing' ? `${group}, ` : '';
  return `${where}${label}: ${shown}${unitText(label, unit, value)}.`;
}

/** The unit behind a value; nothing where the label says it already. */
function unitText(label: string, unit: string | undefined, value: unknown): string {
  if (unit === undefined || label.toLowerCase().includes(unit.toLowerCase())) return '';
  return ` ${value === 1 ? unit.replace(/s$/, '') : unit}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
