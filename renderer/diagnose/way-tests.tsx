/** The tests of the ways in and out that need nothing to be entered. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
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
  const offer = () => {
    setOpen(false);
    // The dialog gives the focus back first.
    setTimeout(() => document.querySelector<HTMLElement>('[data-path="smartHost.enabled"] input')?.focus());
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
          ask={(signal) => diagnose.port25({}, { signal })}
          onClose={() => setOpen(false)}
          onOffer={offer}
        >
          <p className="note">Mail servers of well-known providers are tried; no mail is sent.</p>
        </DiagnosisDialog>
      )}
    </>
  );
}
