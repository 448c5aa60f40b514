/** What a test of the way in or out finds, step by step: what `telnet` was for. */
import { z } from 'zod';

export const stepView = z.object({
  id: z.string(),
  title: z.string(),
  /** `skipped`: there was nothing to look at, or an earlier step has failed. */
  state: z.enum(['running', 'passed', 'warning', 'failed', 'skipped']),
  /** How long it took, in milliseconds; 0 while it runs. */
  ms: z.int(),
  /** What was found, in one sentence. */
  detail: z.string(),
  /** What to do about it; '' where nothing is to be done. */
  advice: z.string(),
});

export const diagnosisView = z.object({
  steps: z.array(stepView),
  /** What it comes to, in one sentence; '' until it is over. */
  summary: z.string(),
  isOver: z.boolean(),
  /** What is offered as the way out. */
  offer: z.enum(['smart host']).nullable(),
  /** All that was said, by `C:` and `S:`; passwords are left out. */
  transcript: z.array(z.string()),
});

export type StepView = z.infer<typeof stepView>;
export type DiagnosisView = z.infer<typeof diagnosisView>;
