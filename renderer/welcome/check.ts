/** What the welcome asks for, and what is wrong with the answers. Pure. */
import { settingSpec } from '../../server/contract/settings.ts';

export interface Answers {
  readonly hostname: string;
  readonly address: string;
  readonly password: string;
  readonly repeat: string;
}

export type Faults = { readonly [K in keyof Answers]?: string };

/** Faults by field, in the order of the form. The engine has the last word about the address. */
export function checkAnswers({ hostname, address, password, repeat }: Answers): Faults {
  const name = settingSpec('hostname').schema.safeParse(hostname);
  return {
    ...(name.success ? {} : { hostname: name.error.issues[0]?.message ?? '' }),
    ...(/^[^\s@]+@[^\s@]+$/.test(address.trim())
      ? {}
      : { address: 'Enter an address such as anna@example.com.' }),
    ...(password === '' ? { password: 'Choose a password.' } : {}),
    ...(password !== '' && repeat !== password ? { repeat: 'The two passwords differ.' } : {}),
  };
}

/** The domain of an address, '' while there is none. */
export function domainOf(address: string): string {
  return /@([^\s@]+)\s*$/.exec(address)?.[1] ?? '';
}
