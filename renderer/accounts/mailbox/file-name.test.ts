import { expect, it } from 'vitest';
import { fileName, messageFileName } from './file-name.ts';

it.each([
  ['photo.png', 'photo.png'],
  ['Jahresübersicht 2026.pdf', 'Jahresübersicht 2026.pdf'],
  ['../../etc/passwd', 'etc_passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['C:\\autoexec.bat', 'C__autoexec.bat'],
  ['.bashrc', 'bashrc'],
  ['...', 'attachment'],
  ['', 'attachment'],
  [null, 'attachment'],
  ['a\r\nb\0c.txt', 'a__b_c.txt'],
  // Shown as "photo_exe.png" by whoever follows the sign.
  ['photo_\u202egnp.exe', 'photo__gnp.exe'],
  ['zero\u200bwidth.txt', 'zero_width.txt'],
  ['con.txt', '_con.txt'],
  ['NUL', '_NUL'],
  ['console.txt', 'console.txt'],
  ['trailing. . ', 'trailing'],
  ['<script>alert(1)</script>', 'script_alert(1)__script_'],
])('%j', (named, name) => {
  expect(fileName(named, 'attachment')).toBe(name);
});

it('is never too long, and keeps what the file is', () => {
  const name = fileName(`${'x'.repeat(500)}.docx`, 'attachment');
  expect([name.length, name.slice(-6)]).toEqual([120, 'x.docx']);
  expect(fileName('😀'.repeat(500), 'attachment')).toBe('😀'.repeat(120));
});

it.each([
  ['Invoice 7', 'Invoice 7.eml'],
  ['', 'message.eml'],
  ['Re: AW: offer?', 'Re_ AW_ offer_.eml'],
  ['x'.repeat(500), `${'x'.repeat(116)}.eml`],
])('a message about %j', (subject, name) => {
  expect(messageFileName(subject)).toBe(name);
});
