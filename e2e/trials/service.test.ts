import { expect, it } from 'vitest';
import { startService } from '../service.ts';

it('a service that was just told to start can be killed', async () => {
  const service = await startService();
  try {
    await service.stop();
    const started = service.start();
    const failure = expect(started).rejects.toThrow('The service ended');
    await service.kill();
    await failure;
    expect(service.isRunning).toBe(false);
    await service.start();
  } finally {
    await service.remove();
  }
});
