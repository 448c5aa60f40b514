/** Texts of the tab that follow from the table of settings. */
import { type SettingPath, settingSpec } from '../../server/contract/settings.ts';

/** "1–20, normally 2", beside the field. */
export function rangeNote(path: SettingPath): string {
  const { range, default: normal } = settingSpec(path);
  return range ? `${range.min}–${range.max}, normally ${String(normal)}` : '';
}

/** A setting by name, where it does not stand in its group: "Incoming, Total", "Primary port". */
export function settingName(path: SettingPath): string {
  const { label, group } = settingSpec(path);
  if (/\.(port|tlsPort)$/.test(path)) return `${label} port`;
  return /^Maximum Connections$|^Total$/.test(label) ? `${group}, ${label}` : label;
}

const CHOICE_NAMES: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  starttls: 'STARTTLS',
  tls: 'TLS',
  none: 'None',
};

export interface Choice {
  readonly id: string;
  readonly name: string;
  /** What the choice means; the table says it within the setting's help, as "tls: from the first byte." */
  readonly meaning: string;
}

export function choicesOf(path: SettingPath): Choice[] {
  const { choices = [], help } = settingSpec(path);
  return choices.map((id) => {
    const meaning = new RegExp(`\\b${id}: ([^.]*)`).exec(help)?.[1] ?? '';
    return { id, name: CHOICE_NAMES[id] ?? id, meaning };
  });
}

/** The help of a setting as it is shown for the field that has the focus. */
export function helpOf(path: SettingPath): string {
  const { help, choices } = settingSpec(path);
  if (!choices) return help;
  return choicesOf(path)
    .map(({ name, meaning }) => `${name}: ${meaning}.`)
    .join(' ');
}
