import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Client } from '../client.ts';
import { useSheet } from '../connections/context.tsx';
import { DiagnosisDialog } from './diagnosis-dialog.tsx';

interface TestProps {
  readonly diagnose: Client['diagnose'];
  readonly isConnected: boolean;
}

/** The settings that the test goes by. */
const MATTERS = /^(smartHost\.|hostname$|maxMessageSizeMB$|delivery\.dnsServers$)/;

/** Tries the SmartHost as it is entered, whether or not that has been applied. */
export function SmartHostTest({ diagnose, isConnected }: TestProps) {
  const { review } = useSheet();
  const [isOpen, setOpen] = useState(false);
  const [sendTo, setSendTo] = useState('');
  const { patch } = review;
  const isDirty = Object.keys(patch).some((path) => MATTERS.test(path));
  const to = sendTo.trim();
  return (
    <>
      <Button
        className="button test-button"
        aria-label="Test the SmartHost"
        isDisabled={!isConnected || !review.valid || review.dormant.has('smartHost.host')}
        onPress={() => setOpen(true)}
      >
        Test…
      </Button>
      {isOpen && (
        <DiagnosisDialog
          title="Test of the SmartHost"
          ask={(signal) => diagnose.smartHost({ patch, ...(to ? { sendTo: to } : {}) }, { signal })}
          onClose={() => setOpen(false)}
        >
          {isDirty && <p className="note">This tests what is entered, which is not applied yet.</p>}
          <TextField className="field send-to" value={sendTo} onChange={setSendTo} type="email">
            <Label className="label">Send a test message to</Label>
            <Input className="input" placeholder="nobody: only try to sign in" autoComplete="off" />
          </TextField>
        </DiagnosisDialog>
      )}
    </>
  );
}
