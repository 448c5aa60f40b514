import type { SettingPath } from '../../server/contract/settings.ts';
import { useField } from './context.tsx';
import { TextSetting } from './fields.tsx';
import { More } from './more.tsx';

const PATHS: readonly SettingPath[] = ['hostname', 'relay.trustedNetworks'];

/** What few people ever change. */
export function Advanced() {
  const name = useField('hostname');
  const networks = useField('relay.trustedNetworks');
  return (
    <More title="Advanced" paths={PATHS}>
      <TextSetting path="hostname" label={name.spec.label} className="stacked" />
      <TextSetting
        path="relay.trustedNetworks"
        label={networks.spec.label}
        className="stacked"
        lines={3}
        note="One per line."
      />
    </More>
  );
}
