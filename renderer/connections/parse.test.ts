import { describe, expect, it } from 'vitest';
import { SETTING_PATHS, settingSpec } from '../../server/contract/settings.ts';
import { oneLine, parseEntry, showValue } from './parse.ts';

const value = (path: Parameters<typeof parseEntry>[0], entry: string) => {
  const parsed = parseEntry(path, entry);
  return parsed.ok ? parsed.value : parsed.message;
};

describe('numbers', () => {
  it.each([
    ['25', 25],
    ['  25 ', 25],
    ['25.0', 25],
    ['25,00', 25],
    ['25.', 25],
    ['+25', 25],
    ['0025', 25],
    ['٢٥', 25],
    ['۲۵', 25],
    ['२५', 25],
    ['２５', 25],
    ['25\n', 25],
    ['\u200e25\u200f', 25],
    ['\u00a025', 25],
    ['25 MB', 25],
    ['25mb', 25],
    ['-3', -3],
    ['−3', -3],
    ['99999999999', 99999999999],
  ])('understands %j', (text, number) => {
    expect(value('maxMessageSizeMB', text)).toBe(number);
  });

  it.each([
    ['1,024', 'Write the number without separators: 1024.'],
    ['1.024', 'Write the number without separators: 1024.'],
    ['1 024', 'Write the number without separators: 1024.'],
    ['1’024', 'Write the number without separators: 1024.'],
    ['1\u202f024', 'Write the number without separators: 1024.'],
    ['1,024,000', 'Write the number without separators: 1024000.'],
    ['25.5', 'Enter a whole number from 1 to 1024, without a fraction.'],
    ['', 'Enter a whole number from 1 to 1024.'],
    ['   ', 'Enter a whole number from 1 to 1024.'],
    ['25 58', 'Enter one number only.'],
    ['ten', '“ten” is not a number. Enter a whole number from 1 to 1024.'],
    ['1e3', '“1e3” is not a number. Enter a whole number from 1 to 1024.'],
    ['0x19', '“0x19” is not a number. Enter a whole number from 1 to 1024.'],
    ['25 GB', '“25 GB” is not a number. Enter a whole number from 1 to 1024.'],
    ['2..5', '“2..5” is not a number. Enter a whole number from 1 to 1024.'],
  ])('explains %j', (text, message) => {
    expect(value('maxMessageSizeMB', text)).toBe(message);
  });
});

describe('names and addresses', () => {
  it.each([
    ['example.com:27', 'example.com:27'],
    ['[::1]:2525', '[::1]:2525'],
    ['  relay.example.com\n', 'relay.example.com'],
    ['ｅxample.com：２７', 'example.com:27'],
    ['example.com:٢٧', 'example.com:27'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['münchen.de:587', 'xn--mnchen-3ya.de:587'],
    ['smtp://example.com', 'smtp://example.com'],
    ['two words', 'two words'],
  ])('reads the SmartHost %j as %j', (text, meant) => {
    expect(value('smartHost.host', text)).toBe(meant);
  });

  it.each([
    ['All addresses', ''],
    [' all ADDRESSES ', ''],
    ['*', ''],
    ['', ''],
    ['[::1]', '::1'],
    [' 192.168.1.10\t', '192.168.1.10'],
  ])('reads the address %j as %j', (text, meant) => {
    expect(value('incoming.primary.address', text)).toBe(meant);
  });

  it('takes a password exactly as it is typed', () => {
    expect(value('smartHost.password', ' ２٢ x\u200b ')).toBe(' ２٢ x\u200b ');
  });
});

describe('lists', () => {
  it.each([
    ['127.0.0.0/8\n::1/128', ['127.0.0.0/8', '::1/128']],
    ['127.0.0.0/8, ::1/128;10.0.0.1\r\n\r\n', ['127.0.0.0/8', '::1/128', '10.0.0.1']],
    ['', []],
  ])('splits %j', (text, items) => {
    expect(value('relay.trustedNetworks', text)).toEqual(items);
  });

  it('names the entry that is wrong', () => {
    expect(value('relay.trustedNetworks', '10.0.0.0/8\n10.0.0.0/33')).toBe(
      '“10.0.0.0/33” is not understood. Use a network such as 192.168.1.0/24 or 2001:db8::/32.',
    );
  });
});

it('understands every value as it shows it', () => {
  for (const path of SETTING_PATHS) {
    const given = settingSpec(path).default;
    // Lists of numbers have no field yet.
    if (path === 'delivery.retryMinutes') continue;
    expect([path, parseEntry(path, showValue(path, given))]).toEqual([path, { ok: true, value: given }]);
  }
});

it('shows nothing for a password that is set', () => {
  expect(showValue('smartHost.password', null)).toBe('');
});

it('keeps two pasted lines apart', () => {
  expect(oneLine('25\r\n587\n')).toBe('25 587');
  expect(oneLine('\n25\n')).toBe('25');
});
