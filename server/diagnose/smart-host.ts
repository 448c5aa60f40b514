/**
 * The SmartHost, tried from its name to a signed-in session, and if wanted with a real message. Each step has a
 * limit of its own and says what to do when it fails; what follows a failed step is not tried.
 *
 * What counts is whether deliveries get through. So it goes by their target, and bears what they bear: with Automatic
 * any certificate and none, and a server that knows no EHLO.
 */
import { noneEntered } from './smart-host-advice.ts';
import { SmartHostRun, type SmartHostTest } from './smart-host-run.ts';
import { StepFailed, Steps } from './steps.ts';

/** Rejects only when `signal` is aborted. */
export async function testSmartHost(test: SmartHostTest): Promise<void> {
  const steps = new Steps(test.publish, test.signal);
  let run: SmartHostRun | undefined;
  try {
    const { target } = test;
    if (!target) await steps.run('dns', 'Look up the name', () => Promise.reject(noneEntered()));
    else {
      run = new SmartHostRun(test, target, steps);
      await run.all();
    }
    const doubtful = steps.states.includes('warning');
    steps.end(
      doubtful ? 'The SmartHost can be used, with the reservations above.' : 'The SmartHost can be used.',
    );
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    steps.end('The SmartHost can’t be used like this.');
  } finally {
    run?.close();
  }
}
