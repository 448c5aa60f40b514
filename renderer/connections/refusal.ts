/** Why the engine refused to apply, sorted into what belongs to a field and what is said beside the buttons. */
import type { Base, PerPath } from './draft.ts';
import { hasField } from './field-paths.ts';

export interface Refusal {
  readonly issues: PerPath<string>;
  readonly text: string;
  /** The settings in force, when the draft was built on older ones. */
  readonly current?: Base;
}

/** The parts of a typed error that tell more than its message. */
interface Refused {
  readonly code: string;
  readonly message: string;
  readonly data?: unknown;
}

/** @param error a typed error of the contract; undefined for a fault of ours */
export function readRefusal(error: Refused | undefined): Refusal {
  if (!error) {
    const text =
      'Waypost could not do this because of an internal error; its log tells more. Your entries are kept.';
    return { issues: {}, text };
  }
  const data = (error.data ?? {}) as { issues?: { path: string; message: string }[]; current?: Base };
  const all = data.issues ?? [];
  const issues = Object.fromEntries(
    all.filter(({ path }) => hasField(path)).map(({ path, message }) => [path, message]),
  );
  const general = all.filter(({ path }) => !hasField(path)).map(({ message }) => message);
  if (error.code === 'STALE' && data.current) {
    return { issues, text: general.join(' ') || error.message, current: data.current };
  }
  const text = general.length > 0 || all.length === 0 ? general.join(' ') || error.message : NOTHING_CHANGED;
  return { issues, text };
}

const NOTHING_CHANGED = 'Not applied, and nothing changed. The reason is beside the marked field.';
