import { ArrowDownToLine, CircleAlert, CircleCheck, Info, Pause, Play } from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Format } from './export.ts';

export interface Notice {
  readonly kind: 'done' | 'info' | 'problem';
  readonly text: string;
}

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

const ICONS = { done: CircleCheck, info: Info, problem: CircleAlert };

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
  const Icon = ICONS[notice?.kind ?? 'info'];
  return (
    <div className="command-bar log-actions">
      <div className="said">
        <div role="status">
          {notice && (
            <p className={`notice ${notice.kind}`}>
              <Icon aria-hidden />
              <span>{notice.text}</span>
            </p>
          )}
        </div>
        {!notice && <p className="log-state">{stateText}</p>}
      </div>
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
