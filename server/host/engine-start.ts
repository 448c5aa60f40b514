/** The engine of this build with its handlers, in the form an instance takes. */
import { createRouter } from '../api.ts';
import { StartError, startEngine } from '../engine/start.ts';
import { loadCertificate } from '../network/certificate.ts';
import { Failure } from './failure.ts';
import type { StartEngine } from './instance.ts';

export const startHere: StartEngine = async (options) => {
  const engine = await startEngine(options).catch((error: unknown) => {
    throw error instanceof StartError ? new Failure(error.message) : error;
  });
  return {
    engine,
    router: createRouter(engine),
    context: {},
    certificate: async () => {
      const { settings } = engine.settings;
      // Without a folder for the self-signed pair, which no browser would take for ours.
      return settings.tls.certFile === '' ? undefined : loadCertificate(settings, '');
    },
    report: (text) => engine.store.log.write({ kind: 'server', level: 'error', text }),
  };
};
