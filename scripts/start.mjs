import { openDesktop, serviceArguments, wantsService } from './desktop.mjs';
import { command, runWaypost } from './launch.mjs';
import { say } from './project.mjs';

// `npm start [-- OPTIONS]`: opens the desktop app, or runs the mail service where that can't be, or was asked for.

const args = process.argv.slice(2);

await command(async () => {
  if (!wantsService(args)) {
    const outcome = await openDesktop(args);
    if ('status' in outcome) {
      process.exitCode = outcome.status;
      return;
    }
    say(`The desktop app can't open here: ${outcome.reason}. Starting the mail service instead…`);
  }
  await runWaypost(['serve', ...serviceArguments(args)]);
});
