import { isDefinedError } from '@orpc/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DiagnosisView } from '../../server/contract/diagnose.ts';
import { problemText } from '../problem.ts';

/** Begins a test; aborting the signal ends it. */
export type Ask = (signal: AbortSignal) => Promise<AsyncIterable<DiagnosisView>>;

interface Diagnosis {
  /** The newest view; undefined before the first. */
  readonly view: DiagnosisView | undefined;
  /** Why it could not be had to its end, '' when it could. */
  readonly problem: string;
  readonly isRunning: boolean;
  /** Begins a test, instead of one that runs. */
  start(ask: Ask): void;
  stop(): void;
}

/** A test as it runs. It ends with the component. */
export function useDiagnosis(): Diagnosis {
  const [view, setView] = useState<DiagnosisView>();
  const [problem, setProblem] = useState('');
  const [isRunning, setRunning] = useState(false);
  const abort = useRef<AbortController>(undefined);

  const stop = useCallback(() => {
    abort.current?.abort();
    setRunning(false);
  }, []);
  useEffect(() => () => abort.current?.abort(), []);

  const start = useCallback((ask: Ask) => {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setView(undefined);
    setProblem('');
    setRunning(true);
    void follow(ask, own.signal);
    async function follow(begin: Ask, signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await begin(signal)) if (!signal.aborted) setView(next);
      } catch (error) {
        const { message } = error as Error;
        if (!signal.aborted)
          setProblem(isDefinedError(error as Error) ? message : problemText(error as Error));
      }
      if (!signal.aborted) setRunning(false);
    }
  }, []);

  return { view, problem, isRunning, start, stop };
}
