import { isDefinedError } from '@orpc/client';
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import {
  Button,
  Checkbox,
  Dialog,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  TextField,
} from 'react-aria-components';
import type { SessionView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import { CheckMark } from '../ui/check-mark.tsx';

interface EndSessionDialogProps {
  readonly session: SessionView;
  readonly sessions: Client['sessions'];
  readonly onClose: () => void;
}

const WORDS = 'Closed by the administrator';
/** As many characters as the engine passes on. */
const MOST_WORDS = 200;

/** Ends a session with words of one's own, and keeps its address out for an hour where that is wanted. */
export function EndSessionDialog({ session, sessions, onClose }: EndSessionDialogProps) {
  const { id, peer, protocol } = session;
  const [words, setWords] = useState(WORDS);
  const [blocks, setBlocks] = useState(false);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);

  const end = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      // First, or the block would end it with words that nobody chose.
      await sessions.end({ id, text: words }).catch((error: unknown) => {
        // It is over by itself; only the block is left to do.
        if (!(isDefinedError(error as Error) && blocks)) throw error;
      });
      if (blocks) await sessions.block({ address: peer });
      onClose();
    } catch (error) {
      const { message } = error as Error;
      setProblem(isDefinedError(error as Error) ? message : problemText(error as Error));
      setBusy(false);
    }
  };

  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onClose}>
      <Modal className="modal">
        <Dialog className="dialog">
          <form className="dialog-form" onSubmit={(event) => void end(event)}>
            <Heading slot="title">End the session of {peer}</Heading>
            {protocol === 'SMTP' ? (
              <TextField
                className="field stacked"
                value={words}
                onChange={setWords}
                maxLength={MOST_WORDS}
                autoFocus
              >
                <Label className="label">Its mail program or server is told</Label>
                <Input className="input" autoComplete="off" />
              </TextField>
            ) : (
              <p>The mail program loses its connection. Nothing that it wanted to delete is deleted.</p>
            )}
            <Checkbox className="checkbox" isSelected={blocks} onChange={setBlocks}>
              {({ isSelected }) => (
                <>
                  <CheckMark isSelected={isSelected} />
                  Let nobody connect from {peer} for an hour
                </>
              )}
            </Checkbox>
            <div role="status">
              {problem && (
                <p className="notice problem">
                  <CircleAlert aria-hidden />
                  <span>{problem}</span>
                </p>
              )}
            </div>
            <div className="buttons">
              <Button className="button" onPress={onClose}>
                Cancel
              </Button>
              <Button className="button primary" type="submit" isDisabled={isBusy}>
                End Session
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
