import { ArrowDownToLine, Pause, Play } from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { type Notice, Said } from '../ui/said.tsx';
import type { Format } from './export.ts';

interface ActionBarProps {
  readonly notice: Notice | undefined;
  /** What the list does. */
  readonly stateText: string;
  readonly isPaused: boolean;
  /** What is newest is not in view. */
  readonly isAway: boolean;
  readonly isConnected: boolean;
  readonly isExporting: boolean;
  readonly onPause: (wanted: boolean) => void;
  readonly onNewest: () => void;
  readonly onCopy: () => void;
  readonly onExport: (format: Format) => void;
  readonly onCancel: () => void;
}

/** What the list does, and what can be done with it. */
export function ActionBar({
  notice,
  stateText,
  isPaused,
  isAway,
  isConnected,
  isExporting,
  onPause,
  onNewest,
  onCopy,
  onExport,
  onCancel,
}: ActionBarProps) {
  return (
    <div className="command-bar log-actions">
      <Said notice={notice}>
        <p className="log-state">{stateText}</p>
      </Said>
      <div className="buttons">
        <Button className="button" isDisabled={!isAway} onPress={onNewest}>
          <ArrowDownToLine aria-hidden /> Go to Newest
        </Button>
        <Button className="button" isDisabled={!isConnected} onPress={() => onPause(!isPaused)}>
          {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />} {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button className="button" onPress={onCopy}>
          Copy
        </Button>
        {isExporting ? (
          <Button className="button" onPress={onCancel}>
            Cancel
          </Button>
        ) : (
          <MenuTrigger>
            <Button className="button" isDisabled={!isConnected}>
              Export…
            </Button>
            <Popover className="popover" placement="top end">
              <Menu className="list" onAction={(format) => onExport(format as Format)}>
                <MenuItem className="item" id="txt">
                  As text (.txt)
                </MenuItem>
                <MenuItem className="item" id="json">
                  As data (.json)
                </MenuItem>
              </Menu>
            </Popover>
          </MenuTrigger>
        )}
      </div>
    </div>
  );
}
