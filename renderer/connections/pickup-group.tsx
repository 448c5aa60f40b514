import { useId } from 'react';
import { type SettingPath, valueAt } from '../../server/contract/settings.ts';
import { AddressSetting } from './address-setting.tsx';
import { useSheet } from './context.tsx';
import { NumberSetting } from './fields.tsx';
import { More } from './more.tsx';

const PATHS: readonly SettingPath[] = [
  'pickup.pop3.port',
  'pickup.pop3.tlsPort',
  'pickup.pop3.address',
  'pickup.maxTotal',
  'pickup.maxPerHost',
];

/** How mail programs fetch received mail: off until a port is named. */
export function PickupGroup() {
  const { draft } = useSheet();
  const columns = useId();
  const ports = (['pickup.pop3.port', 'pickup.pop3.tlsPort'] as const)
    .map((path) => Number(valueAt(draft.base.settings, path)))
    .filter((port) => port !== 0);
  const summary = ports.length === 0 ? 'Off' : `On, port ${ports.join(' and ')}`;
  return (
    <More title="Pick-up (POP3)" summary={summary} paths={PATHS}>
      <div className="pickup-ports">
        <NumberSetting path="pickup.pop3.port" note="110 is customary, 0 is off" />
        <NumberSetting path="pickup.pop3.tlsPort" note="995 is customary, 0 is off" />
        <div className="number-row">
          <span id={columns} className="label">
            POP3 IP address
          </span>
          <AddressSetting path="pickup.pop3.address" labelledBy={columns} className="address" />
        </div>
      </div>
      <div className="pickup-limits">
        <NumberSetting path="pickup.maxTotal" />
        <NumberSetting path="pickup.maxPerHost" />
      </div>
    </More>
  );
}
