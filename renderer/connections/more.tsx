import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { SettingPath } from '../../server/contract/settings.ts';
import { useSheet } from './context.tsx';

interface MoreProps {
  readonly title: string;
  /** Beside the title: what there is to know without opening it. */
  readonly summary?: string;
  /** The settings within. */
  readonly paths: readonly SettingPath[];
  readonly children: ReactNode;
}

/** A part of the tab that is folded away. It opens by itself when something within it is wrong. */
export function More({ title, summary = '', paths, children }: MoreProps) {
  const { review } = useSheet();
  const [isOpen, setOpen] = useState(false);
  const needsLook = paths.some((path) => review.issues[path] || review.conflicts.includes(path));
  return (
    <Disclosure className="more" isExpanded={isOpen || needsLook} onExpandedChange={setOpen}>
      <Heading level={2} className="more-heading">
        <Button slot="trigger" className="disclosure-button">
          <ChevronRight aria-hidden /> {title}
        </Button>
        {summary && <span className="note">{summary}</span>}
      </Heading>
      <DisclosurePanel className="more-panel">{children}</DisclosurePanel>
    </Disclosure>
  );
}
