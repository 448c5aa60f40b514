/**
 * The kinds of setting there are. Each builds the schema from what the table says anyway, so that a limit
 * and the sentence about it can't disagree.
 */
import { z } from 'zod';

/** What a changed value touches while the server runs; `preview` and `apply` read it. */
export type Effect = 'listeners' | 'limits' | 'route' | 'identity' | 'delivery' | 'log';

/** One setting. `unit` and `range` are for people; `schema` is what is enforced. */
export interface SettingSpec<T = unknown> {
  readonly label: string;
  readonly group: string;
  readonly help: string;
  readonly default: T;
  readonly schema: z.ZodType<T>;
  readonly effect: Effect;
  readonly range?: { readonly min: number; readonly max: number };
  readonly choices?: readonly string[];
  readonly unit?: string;
  readonly secret?: boolean;
}

type About<T> = Omit<SettingSpec<T>, 'schema' | 'range' | 'choices'>;

/** On or off. */
export function toggle(about: About<boolean>): SettingSpec<boolean> {
  return { ...about, schema: z.boolean({ error: 'Use true or false.' }) };
}

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number, about: About<number>): SettingSpec<number> {
  const range = `${about.label} must be a whole number from ${min} to ${max}.`;
  return { ...about, range: { min, max }, schema: z.int({ error: range }).min(min, range).max(max, range) };
}

/** One of a few words. */
export function choice<const C extends string>(choices: readonly C[], about: About<C>): SettingSpec<C> {
  return { ...about, choices, schema: z.enum(choices, { error: `Choose one of: ${choices.join(', ')}.` }) };
}

/** A line of text; any text unless `schema` says otherwise. */
export function text(about: About<string>, schema: z.ZodType<string> = z.string({ error: 'Use a text.' })) {
  return { ...about, schema } satisfies SettingSpec<string>;
}

/** A list of at least `min` items. */
export function list<T>(about: About<readonly T[]>, item: z.ZodType<T>, min = 0): SettingSpec<readonly T[]> {
  const atLeastOne = `${about.label} needs at least one entry.`;
  return { ...about, schema: z.array(item, { error: 'Use a list.' }).min(min, atLeastOne).readonly() };
}
