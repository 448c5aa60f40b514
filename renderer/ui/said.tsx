import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import type { ReactNode } from 'react';

/** What happened, or why it did not. */
export interface Notice {
  readonly kind: 'done' | 'info' | 'problem';
  readonly text: string;
}

interface SaidProps {
  readonly notice: Notice | undefined;
  /** Stands there while there is no notice. */
  readonly children: ReactNode;
}

const ICONS = { done: CircleCheck, info: Info, problem: CircleAlert };

/** The notice at the left of a command bar, read out when it appears. */
export function Said({ notice, children }: SaidProps) {
  const Icon = ICONS[notice?.kind ?? 'info'];
  return (
    <div className="said">
      <div role="status">
        {notice && (
          <p className={`notice ${notice.kind}`}>
            <Icon aria-hidden />
            <span>{notice.text}</span>
          </p>
        )}
      </div>
      {!notice && children}
    </div>
  );
}
