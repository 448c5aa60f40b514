/** The tests of the ways in and out that need nothing to be entered. */
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Client } from '../client.ts';
import { DiagnosisDialog } from './diagnosis-dialog.tsx';

interface TestProps {
  readonly diagnose: Client['diagnose'];
  readonly isConnected: boolean;
}

/** Whether those who connect to this machine meet Waypost. */
export function IncomingTest({ diagnose, isConnected }: TestProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        className="button test-button"
        aria-label="Test the incoming ports"
        isDisabled={!isConnected}
        onPress={() => setOpen(true)}
      >
        Test…
      </Button>
      {isOpen && (
        <DiagnosisDialog
          title="Test of the incoming ports"
          ask={(signal) => diagnose.incoming(undefined, { signal })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** Whether other mail servers can be reached on port 25. */
export function OutgoingTest({ diagnose, isConnected }: TestProps) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const hosts = typed.split(/[\s,;]+/).filter((host) => host !== '');
  const offer = () => {
    setOpen(false);
    // The dialog gives the focus back first.
    setTimeout(focusSmartHost, RETURN_MS);
  };
  return (
    <>
      <Button
        className="button test-button"
        aria-label="Test outgoing port 25"
        isDisabled={!isConnected}
        onPress={() => setOpen(true)}
      >
        Test…
      </Button>
      {isOpen && (
        <DiagnosisDialog
          title="Test of outgoing port 25"
          ask={(signal) => diagnose.port25({ hosts }, { signal })}
          onClose={() => setOpen(false)}
          onOffer={offer}
        >
          <p className="note">
            The mail servers of some domains are connected to over IPv4 and IPv6. No mail is sent.
          </p>
          <TextField className="field send-to" value={typed} onChange={setTyped}>
            <Label className="label">Domains or servers</Label>
            <Input
              className="input"
              placeholder="those of large providers"
              autoComplete="off"
              spellCheck={false}
            />
          </TextField>
        </DiagnosisDialog>
      )}
    </>
  );
}

/** Longer than a dialog takes to give back the focus. */
const RETURN_MS = 50;

/** Goes to where a SmartHost is entered: its checkbox while that is off, else its name. */
function focusSmartHost(): void {
  const field = (path: string) => document.querySelector<HTMLInputElement>(`[data-path="${path}"] input`);
  const checkbox = field('smartHost.enabled');
  (checkbox?.checked ? field('smartHost.host') : checkbox)?.focus();
}
