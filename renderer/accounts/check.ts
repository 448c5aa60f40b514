/** What the dialog of an account asks for, and what is wrong with the answers. Pure. */
import type { AccountView } from '../../server/contract/views.ts';

/** The fields as they are typed. */
export interface AccountForm {
  readonly address: string;
  readonly password: string;
  /** One address per line. */
  readonly aliases: string;
  /** MB, '0' for no limit. */
  readonly quota: string;
  readonly enabled: boolean;
}

export type AccountFaults = { readonly [K in keyof AccountForm]?: string };

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const LARGEST_QUOTA_MB = 1_000_000_000;

/** The form of an account as it is, or of a new one. */
export function formOf(account: AccountView | undefined): AccountForm {
  return {
    address: account?.address ?? '',
    password: '',
    aliases: account?.aliases.join('\n') ?? '',
    quota: String(account?.quotaMB ?? 0),
    enabled: account?.enabled ?? true,
  };
}

/** Faults by field. The engine has the last word about addresses. */
export function checkForm({ address, password, aliases, quota }: AccountForm, isNew: boolean): AccountFaults {
  const wrong = aliasesOf(aliases).find((alias) => !ADDRESS.test(alias));
  return {
    ...(ADDRESS.test(address.trim()) ? {} : { address: 'Enter an address such as anna@example.com.' }),
    ...(isNew && password === '' ? { password: 'Choose a password.' } : {}),
    ...(wrong === undefined ? {} : { aliases: `“${wrong}” is not an address such as info@example.com.` }),
    ...(quotaOf(quota) === undefined ? { quota: 'Enter a whole number of MB, or 0 for no limit.' } : {}),
  };
}

/** The aliases in a text; commas and semicolons part them too, since that is how lists of addresses are pasted. */
export function aliasesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((alias) => alias !== ''))];
}

/** The quota in MB; undefined when the text is none. Nothing is no limit. */
export function quotaOf(text: string): number | undefined {
  const digits = text.trim();
  if (digits === '') return 0;
  const quota = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return quota <= LARGEST_QUOTA_MB ? quota : undefined;
}
