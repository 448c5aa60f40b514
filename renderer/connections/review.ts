/** What a draft amounts to: what is wrong with it, and what Apply would send. Pure. */
import { type SettingPath, type Settings, settingSpec, valueAt } from '../../server/contract/settings.ts';
import { changedPaths, mergeSettings, onlyPrimaryApplies } from '../../server/contract/validate.ts';
import { conflicts, type Draft, editedPaths, entryAt, type PerPath } from './draft.ts';
import { parseEntry } from './parse.ts';

export interface Review {
  /** What is wrong, beside the field it is about: the window's own findings, else the engine's refusal. */
  readonly issues: PerPath<string>;
  /** Nothing that was typed is wrong. What the engine refused may be tried again. */
  readonly valid: boolean;
  readonly dirty: boolean;
  /** What Apply sends, by path. */
  readonly patch: PerPath<unknown>;
  readonly conflicts: readonly SettingPath[];
  /** Fields that have no say until the checkbox they depend on is on. */
  readonly dormant: ReadonlySet<SettingPath>;
  /** Same port and no addresses. */
  readonly onlyPrimary: boolean;
}

const NEEDS: PerPath<readonly SettingPath[]> = {
  'smartHost.host': ['smartHost.enabled'],
  'smartHost.exclusive': ['smartHost.enabled'],
  'smartHost.authenticate': ['smartHost.enabled'],
  'smartHost.account': ['smartHost.enabled', 'smartHost.authenticate'],
  'smartHost.password': ['smartHost.enabled', 'smartHost.authenticate'],
  'smartHost.security': ['smartHost.enabled'],
};

export function reviewDraft(draft: Draft): Review {
  const dormant = dormantPaths(draft);
  const issues: Record<string, string> = {};
  const patch: Record<string, unknown> = {};
  for (const path of editedPaths(draft)) {
    const parsed = parseEntry(path, entryAt(draft, path));
    if (parsed.ok) patch[path] = parsed.value;
    // A field that is switched off keeps what was typed, but nobody can be asked to correct it there.
    else if (!dormant.has(path)) issues[path] = parsed.message;
  }
  const merged = judge(draft.base.settings, patch, dormant, issues);
  const changed = merged ? changedPaths(draft.base.settings, merged) : [];
  const valid = Object.keys(issues).length === 0;
  return {
    issues: { ...draft.refusals, ...issues },
    valid,
    dirty: !valid || changed.length > 0,
    patch: Object.fromEntries(changed.map((path) => [path, patch[path]])),
    conflicts: conflicts(draft).filter((path) => !dormant.has(path) || path in patch),
    dormant,
    onlyPrimary: onlyPrimaryApplies((merged ?? draft.base.settings).incoming),
  };
}

/**
 * Has the contract judge the patch and adds its issues. Takes out of the patch what is wrong in a field that
 * is switched off. Returns the settings that the patch leads to, undefined when it is not valid.
 */
function judge(
  settings: Settings,
  patch: Record<string, unknown>,
  dormant: ReadonlySet<SettingPath>,
  issues: Record<string, string>,
): Settings | undefined {
  const merged = mergeSettings(settings, patch);
  if (merged.ok) return merged.settings;
  const asleep = merged.issues.filter(({ path }) => dormant.has(path as SettingPath) && path in patch);
  if (asleep.length > 0) {
    for (const { path } of asleep) delete patch[path];
    return judge(settings, patch, dormant, issues);
  }
  for (const { path, message } of merged.issues) issues[path] ??= message;
  return undefined;
}

function dormantPaths(draft: Draft): Set<SettingPath> {
  const isOff = (path: SettingPath) => entryAt(draft, path) === false;
  const asleep = Object.entries(NEEDS).filter(([, needs]) => needs.some(isOff));
  return new Set(asleep.map(([path]) => path as SettingPath));
}

/** A value in words, for the choice between two versions; never a secret. */
export function valueInWords(path: SettingPath, entry: unknown): string {
  if (settingSpec(path).secret)
    return entry === null || (entry !== '' && entry !== false) ? 'set' : 'not set';
  if (entry === true || entry === false) return entry ? 'on' : 'off';
  if (path.endsWith('.address') && entry === '') return 'all addresses';
  const text = Array.isArray(entry) ? entry.join(', ') : String(entry).trim().replace(/\s+/g, ', ');
  return text === '' ? 'empty' : text;
}

/** The two versions of a field that was changed here and elsewhere. */
export function twoVersions(draft: Draft, path: SettingPath): { mine: string; theirs: string } {
  return {
    mine: valueInWords(path, draft.edits[path]?.entry),
    theirs: valueInWords(path, valueAt(draft.base.settings, path)),
  };
}
