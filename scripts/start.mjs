import { launch } from './launch.mjs';
import { say } from './project.mjs';

// `npm start [-- OPTIONS]`: runs the mail service. `--service` asks for just that; all else is for `serve`.
const args = process.argv.slice(2).filter((arg) => arg !== '--service');
say('Starting the mail service…');
await launch(['serve', ...args]);
