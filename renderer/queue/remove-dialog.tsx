import { CircleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import {
  Button,
  Dialog,
  Heading,
  Label,
  Modal,
  ModalOverlay,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import { recipientsText } from './words.ts';

interface RemoveDialogProps {
  readonly count: number;
  /** Whom it is about, when it is about one. */
  readonly only: { readonly to: string; readonly from: string } | undefined;
  /** Removes them. Returns why it could not be done, '' when it was. */
  readonly remove: (report: boolean) => Promise<string>;
  readonly onClose: () => void;
}

/** Asks whether to remove for good, and whether senders are told. */
export function RemoveDialog({ count, only, remove, onClose }: RemoveDialogProps) {
  const [answer, setAnswer] = useState('report');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const why = await remove(answer === 'report');
    setBusy(false);
    setProblem(why);
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onClose}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <form className="dialog-form" onSubmit={(event) => void submit(event)}>
            <Heading slot="title">
              {only ? 'Remove this recipient?' : `Remove ${recipientsText(count)}?`}
            </Heading>
            <p className="about">
              {only
                ? `${only.to} will never get the message from ${only.from || 'Waypost itself'}.`
                : 'None of them will ever get the message that waits for them.'}{' '}
              This can’t be taken back.
            </p>
            <RadioGroup className="versions" value={answer} onChange={setAnswer}>
              <Label className="label">{only ? 'The sender' : 'The senders'}</Label>
              <Radio className="radio whole" value="report">
                <span className="radio-mark" aria-hidden />
                {only ? 'gets a report that it was removed' : 'get a report that it was removed'}
              </Radio>
              <Radio className="radio whole" value="silent">
                <span className="radio-mark" aria-hidden />
                {only ? 'is not told' : 'are not told'}
              </Radio>
            </RadioGroup>
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
              <Button type="submit" className="button danger">
                {isBusy ? 'Removing…' : 'Remove'}
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
