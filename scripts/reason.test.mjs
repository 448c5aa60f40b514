import { expect, test } from 'vitest';
import { reasonIn } from './reason.mjs';

const place = '1234:1124/113400.123456';

test.each([
  ['TypeError: fetch failed\n', 'fetch failed'],
  [
    'HTTPError: Response code 404 (Not Found)\n    at download (a.js:1:2)\n    at async b.js:3:4 {\n}\n\nNode.js v24.0.0\n',
    'Response code 404 (Not Found)',
  ],
  [
    '/home/anna/electron: error while loading shared libraries: libnss3.so: cannot open shared object file\n',
    '/home/anna/electron: error while loading shared libraries: libnss3.so: cannot open shared object file',
  ],
  [
    `[${place}:ERROR:dbus/bus.cc:406] Failed to connect to the bus\n[${place}:FATAL:content/zygote.cc:128] No usable sandbox! ${'More about it. '.repeat(20)}\n#0 0x55d\n[end of stack trace]\n`,
    'No usable sandbox!',
  ],
  [
    `[${place}:ERROR:ui/ozone_platform_x11.cc:240] Missing X server or $DISPLAY\n[${place}:ERROR:ui/env.cc:257] The platform failed to initialize.  Exiting.\n`,
    'Missing X server or $DISPLAY',
  ],
  ['It ends with a stop.\r\n', 'It ends with a stop'],
  ['\n\n', 'it did not say why'],
  ['x'.repeat(300), `${'x'.repeat(160)}…`],
])('%j', (output, reason) => {
  expect(reasonIn(output)).toBe(reason);
});
