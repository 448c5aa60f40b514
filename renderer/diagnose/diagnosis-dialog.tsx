import { ChevronRight, CircleAlert } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import {
  Button,
  Dialog,
  Disclosure,
  DisclosurePanel,
  Heading,
  Modal,
  ModalOverlay,
} from 'react-aria-components';
import { copyText } from '../ui/copy-text.ts';
import { StepList } from './step-list.tsx';
import { type Ask, useDiagnosis } from './use-diagnosis.ts';

interface DiagnosisDialogProps {
  readonly title: string;
  readonly ask: Ask;
  readonly onClose: () => void;
  /** Leads to what the test offers as the way out. */
  readonly onOffer?: () => void;
  /** Stands above the steps. */
  readonly children?: ReactNode;
}

/** A test as it runs: it begins with the dialog, and ends with it. */
export function DiagnosisDialog({ title, ask, onClose, onOffer, children }: DiagnosisDialogProps) {
  const { view, problem, isRunning, start, stop } = useDiagnosis();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins once, by itself; later at a press
  useEffect(() => start(ask), []);
  const box = useRef<HTMLElement>(null);
  // What has just been found is what one wants to see.
  useEffect(() => {
    if (view && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [view]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    start(ask);
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onClose}>
      <Modal className="modal wide">
        <Dialog className="dialog">
          <form className="dialog-form diagnosis" noValidate onSubmit={submit} onKeyDown={keepEnter}>
            <Heading slot="title">{title}</Heading>
            {children}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
            <section ref={box} className="steps-box" aria-label="Steps" tabIndex={0}>
              <StepList steps={view?.steps ?? []} isRunning={isRunning} />
            </section>
            <div role="status">
              {problem && (
                <p className="notice problem">
                  <CircleAlert aria-hidden />
                  <span>{problem}</span>
                </p>
              )}
              {view?.isOver && <p className="summary">{view.summary}</p>}
              {view && !view.isOver && !isRunning && !problem && (
                <p className="summary">The test was stopped.</p>
              )}
            </div>
            {view && view.transcript.length > 0 && <Transcript lines={view.transcript} />}
            <div className="buttons">
              {view?.offer === 'smart host' && onOffer && (
                <Button className="button" onPress={onOffer}>
                  Set Up the SmartHost
                </Button>
              )}
              {isRunning ? (
                <Button className="button" onPress={stop}>
                  Stop
                </Button>
              ) : (
                <Button className="button" onPress={() => start(ask)}>
                  Test Again
                </Button>
              )}
              <Button className="button primary" onPress={onClose} autoFocus>
                Close
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** In React the dialog lies within the form behind it, where Enter applies the settings. Here it begins the test. */
function keepEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.stopPropagation();
}

/** All that was said, word for word. */
function Transcript({ lines }: { readonly lines: readonly string[] }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Disclosure className="more transcript">
      <Heading level={3} className="more-heading">
        <Button slot="trigger" className="disclosure-button">
          <ChevronRight aria-hidden /> What was said
        </Button>
      </Heading>
      <DisclosurePanel className="transcript-panel">
        <textarea className="input" aria-label="What was said" rows={7} readOnly value={lines.join('\n')} />
        <Button className="button" onPress={() => setCopied(copyText(lines.join('\n')))}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </DisclosurePanel>
    </Disclosure>
  );
}
