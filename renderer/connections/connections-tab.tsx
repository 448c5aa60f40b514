import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Client, Link } from '../client.ts';
import { SmartHostTest } from '../diagnose/smart-host-test.tsx';
import { IncomingTest, OutgoingTest } from '../diagnose/way-tests.tsx';
import { GroupBox } from '../ui/group-box.tsx';
import { Advanced } from './advanced.tsx';
import { CommandBar } from './command-bar.tsx';
import { useSheet } from './context.tsx';
import { NumberSetting } from './fields.tsx';
import { fieldOf, HintLine } from './hint-line.tsx';
import { IncomingGroup } from './incoming-group.tsx';
import { PickupGroup } from './pickup-group.tsx';
import { SmartHostGroup } from './smart-host-group.tsx';
import { TwoVersions } from './two-versions.tsx';

interface ConnectionsTabProps {
  readonly client: Client;
  readonly link: Link;
}

/** The tab of the original, as a form: Enter or Ctrl+S applies, Escape takes back the field one is in. */
export function ConnectionsTab({ client, link }: ConnectionsTabProps) {
  const { sheet, state, draft } = useSheet();
  const form = useRef<HTMLFormElement>(null);
  const test = { diagnose: client.diagnose, isConnected: link.state === 'connected' };
  useFocusOnFault(form, state.faults);
  useSaveKey(sheet.apply);

  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    const { target } = event;
    if (event.key === 'Enter' && target instanceof HTMLInputElement && !isOpen(target)) {
      event.preventDefault();
      void sheet.apply();
    }
  };
  const onKeyDownCapture = (event: KeyboardEvent<HTMLFormElement>) => {
    const path = event.key === 'Escape' && !isOpen(event.target) ? fieldOf(event.target) : undefined;
    if (!path || !draft.edits[path]) return;
    event.preventDefault();
    event.stopPropagation();
    sheet.edit({ type: 'reverted', path });
  };

  return (
    <>
      <form
        ref={form}
        className="connections"
        aria-label="Connections"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void sheet.apply();
        }}
        onKeyDown={onKeyDown}
        onKeyDownCapture={onKeyDownCapture}
      >
        <div className="scrolled">
          <div className="columns">
            <div className="column">
              <SmartHostGroup>
                <SmartHostTest {...test} />
              </SmartHostGroup>
              <div className="lone">
                <NumberSetting path="maxMessageSizeMB" />
              </div>
            </div>
            <div className="column">
              <IncomingGroup>
                <IncomingTest {...test} />
              </IncomingGroup>
              <GroupBox title="Outgoing" className="outgoing">
                <NumberSetting path="outgoing.maxConnections" />
                <OutgoingTest {...test} />
              </GroupBox>
            </div>
          </div>
          <div className="folded">
            <PickupGroup />
            <Advanced />
          </div>
          <HintLine within={form} />
        </div>
        <CommandBar client={client} link={link} />
      </form>
      <TwoVersions />
    </>
  );
}

/** A list hangs from the field, and Enter and Escape are about that list. */
function isOpen(target: EventTarget): boolean {
  return target instanceof Element && target.getAttribute('aria-expanded') === 'true';
}

/** After each refused Apply, moves to the first field that is marked. */
function useFocusOnFault(form: React.RefObject<HTMLFormElement | null>, faults: number): void {
  useEffect(() => {
    if (faults === 0) return;
    const marked = form.current?.querySelector<HTMLElement>(
      '[data-path] [aria-invalid="true"], [data-path][data-invalid] button',
    );
    marked?.focus();
    if (marked instanceof HTMLInputElement) marked.select();
  }, [form, faults]);
}

const DIALOG = '[role="dialog"], [role="alertdialog"]';

function useSaveKey(save: () => Promise<void>): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      // A dialog asks for an answer first; what is behind it can't be seen.
      if (!event.repeat && !document.querySelector(DIALOG)) void save();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [save]);
}
