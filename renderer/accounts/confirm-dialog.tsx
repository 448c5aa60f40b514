import { CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface ConfirmDialogProps {
  readonly title: string;
  /** What would happen. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly verb: string;
  /** Does it. Returns why it could not be done, '' when it was. */
  readonly act: () => Promise<string>;
  readonly onClose: () => void;
}

/** Asks before something is done that can't be undone. Enter is not enough: the focus is on Cancel. */
export function ConfirmDialog({ title, children, verb, act, onClose }: ConfirmDialogProps) {
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    const why = await act();
    setBusy(false);
    setProblem(why);
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onClose}>
      <Modal className="modal">
        <Dialog className="dialog dialog-form" role="alertdialog">
          <Heading slot="title">{title}</Heading>
          {children}
          <div role="status">
            {problem && (
              <p className="notice problem">
                <CircleAlert aria-hidden />
                <span>{problem}</span>
              </p>
            )}
          </div>
          <div className="buttons">
            <Button className="button" onPress={onClose} autoFocus>
              Cancel
            </Button>
            <Button className="button danger" onPress={() => void go()} isPending={isBusy}>
              {verb}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
