import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { SettingPath } from '../../server/contract/settings.ts';
import { useField, useSheet } from './context.tsx';
import { TextSetting } from './fields.tsx';

const FIELDS: readonly SettingPath[] = ['hostname', 'relay.trustedNetworks'];

/** What few people ever change. It opens by itself when something within it is wrong. */
export function Advanced() {
  const { review } = useSheet();
  const [isOpen, setOpen] = useState(false);
  const needsLook = FIELDS.some((path) => review.issues[path] || review.conflicts.includes(path));
  const name = useField('hostname');
  const networks = useField('relay.trustedNetworks');
  return (
    <Disclosure className="advanced" isExpanded={isOpen || needsLook} onExpandedChange={setOpen}>
      <Heading level={2} className="advanced-heading">
        <Button slot="trigger" className="disclosure-button">
          <ChevronRight aria-hidden /> Advanced
        </Button>
      </Heading>
      <DisclosurePanel className="advanced-panel">
        <TextSetting path="hostname" label={name.spec.label} className="stacked" />
        <TextSetting
          path="relay.trustedNetworks"
          label={networks.spec.label}
          className="stacked"
          lines={3}
          note="One per line."
        />
      </DisclosurePanel>
    </Disclosure>
  );
}
