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
import type { SettingPath } from '../../server/contract/settings.ts';
import { useSheet } from './context.tsx';
import { twoVersions } from './review.ts';
import { settingName } from './wording.ts';

type Choices = { readonly [P in SettingPath]?: 'mine' | 'theirs' };

/** Asks, field by field, which of two versions is to hold: the one typed here or the one applied elsewhere. */
export function TwoVersions() {
  const { sheet, state } = useSheet();
  return (
    <ModalOverlay className="overlay" isOpen={state.choosing} onOpenChange={() => sheet.decideLater()}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <VersionsForm />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function VersionsForm() {
  const { sheet, draft, review } = useSheet();
  const [choices, setChoices] = useState<Choices>({});
  const isTheirs = (path: SettingPath) => choices[path] === 'theirs';
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const theirs = review.conflicts.filter(isTheirs);
    void sheet.choose(
      review.conflicts.filter((path) => !isTheirs(path)),
      theirs,
    );
  };
  return (
    <form className="dialog-form" onSubmit={apply}>
      <Heading slot="title">Changed in another window</Heading>
      <p>While you were typing, another window applied other values. Which shall hold?</p>
      {review.conflicts.map((path) => {
        const { mine, theirs } = twoVersions(draft, path);
        return (
          <RadioGroup
            key={path}
            className="versions"
            value={choices[path] ?? 'mine'}
            onChange={(choice) => setChoices({ ...choices, [path]: choice })}
          >
            <Label className="label">{settingName(path)}</Label>
            <Radio className="radio" value="mine">
              <span className="radio-mark" aria-hidden /> Keep mine: {mine}
            </Radio>
            <Radio className="radio" value="theirs">
              <span className="radio-mark" aria-hidden /> Take theirs: {theirs}
            </Radio>
          </RadioGroup>
        );
      })}
      <div className="buttons">
        <Button className="button" onPress={() => sheet.decideLater()}>
          Cancel
        </Button>
        <Button type="submit" className="button primary">
          Apply
        </Button>
      </div>
    </form>
  );
}
