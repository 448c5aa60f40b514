import { type ReactNode, useId } from 'react';
import { GroupBox } from '../ui/group-box.tsx';
import { AddressSetting } from './address-setting.tsx';
import { useField, useSheet } from './context.tsx';
import { ChoiceSetting, NumberSetting, TextSetting } from './fields.tsx';
import { rangeNote } from './wording.ts';

const ONLY_PRIMARY = 'Same port and no addresses: only Primary applies.';

export function IncomingGroup({ children }: { readonly children?: ReactNode }) {
  const { review } = useSheet();
  const limits = useId();
  const columns = useId();
  return (
    <GroupBox title="Incoming" className="incoming">
      <div className="listeners">
        <span id={`${columns}-port`} className="column port">
          Port
        </span>
        <span id={`${columns}-address`} className="column address">
          IP address
        </span>
        <span id={`${columns}-security`} className="column security">
          Security
        </span>
        <Listener name="primary" columns={columns} />
        <Listener name="secondary" columns={columns} />
        <div className="ports-note">
          <p className="note">
            {review.onlyPrimary ? ONLY_PRIMARY : `Ports ${rangeNote('incoming.primary.port')}`}
          </p>
          {children}
        </div>
      </div>
      <fieldset className="limits" aria-labelledby={limits}>
        <legend id={limits}>Maximum Connections</legend>
        <NumberSetting path="incoming.maxTotal" />
        <NumberSetting path="incoming.maxPerHost" />
      </fieldset>
    </GroupBox>
  );
}

/** A row of the table: its name and the column's together name each field. */
function Listener({ name, columns }: { readonly name: 'primary' | 'secondary'; readonly columns: string }) {
  const { review } = useSheet();
  const row = useId();
  const { spec } = useField(`incoming.${name}.port`);
  const rule = name === 'secondary' && review.onlyPrimary ? ONLY_PRIMARY : '';
  return (
    <div className="listener">
      <span id={row} className="label">
        {spec.label}
      </span>
      <TextSetting
        path={`incoming.${name}.port`}
        labelledBy={`${row} ${columns}-port`}
        className="port"
        numeric
        aside={rule}
      />
      <AddressSetting
        path={`incoming.${name}.address`}
        labelledBy={`${row} ${columns}-address`}
        className="address"
      />
      <ChoiceSetting
        path={`incoming.${name}.security`}
        labelledBy={`${row} ${columns}-security`}
        className="security"
      />
    </div>
  );
}
