import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, CircleStop, TriangleAlert } from 'lucide-react';
import type { StepView } from '../../server/contract/diagnose.ts';

const ICONS = {
  running: CircleDashed,
  passed: CircleCheck,
  warning: TriangleAlert,
  failed: CircleAlert,
  skipped: CircleMinus,
  stopped: CircleStop,
};

const WORDS: Readonly<Record<keyof typeof ICONS, string>> = {
  running: 'Running',
  passed: 'Passed',
  warning: 'Passed, with a reservation',
  failed: 'Failed',
  skipped: 'Left out',
  stopped: 'Stopped',
};

interface StepListProps {
  readonly steps: readonly StepView[];
  /** False once the test is over, or was stopped in the middle of a step. */
  readonly isRunning: boolean;
}

/** The steps of a test as they happen, each with what was found and what to do. */
export function StepList({ steps, isRunning }: StepListProps) {
  return (
    <ol className="steps" aria-live="polite">
      {steps.map(({ id, title, state: told, ms, detail, advice }) => {
        const state = told === 'running' && !isRunning ? 'stopped' : told;
        const Icon = ICONS[state];
        return (
          <li key={id} className={`step ${state}`}>
            <Icon aria-hidden />
            <div>
              <p className="step-title">
                <span className="unseen">{WORDS[state]}: </span>
                {title}
                {ms > 0 && <span className="note step-time">{ms} ms</span>}
              </p>
              {detail && <p className="note">{detail}</p>}
              {advice && <p className="advice">{advice}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
