import type { ReactNode } from 'react';
import { GroupBox } from '../ui/group-box.tsx';
import { useField } from './context.tsx';
import { ChoiceSetting, TextSetting, ToggleSetting } from './fields.tsx';
import { PasswordSetting } from './password-setting.tsx';

export function SmartHostGroup({ children }: { readonly children?: ReactNode }) {
  const account = useField('smartHost.account');
  const security = useField('smartHost.security');
  return (
    <GroupBox title="SmartHost" className="smart-host">
      <ToggleSetting path="smartHost.enabled" className="smart-host-switch" />
      <TextSetting path="smartHost.host" className="smart-host-name" placeholder="Name or IP address" />
      <ToggleSetting path="smartHost.exclusive" className="line" />
      <ToggleSetting path="smartHost.authenticate" className="line" />
      <TextSetting path="smartHost.account" label={account.spec.label} className="row indented" />
      <PasswordSetting path="smartHost.password" className="row indented" />
      <ChoiceSetting path="smartHost.security" label={security.spec.label} className="row beside-test" />
      {children}
    </GroupBox>
  );
}
