import { describe, expect, it } from 'vitest';
import { WrongUsage } from '../host/failure.ts';
import { parseUiAddress } from './ui-address.ts';

describe('--ui', () => {
  it.each([
    ['127.0.0.1:8025', '127.0.0.1', 8025],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:65535', '::1', 65_535],
    ['localhost:80', 'localhost', 80],
  ])('takes %s', (text, host, port) => {
    expect(parseUiAddress(text, false)).toEqual({ host, port, chosen: true });
  });

  it.each([
    '',
    '8025',
    ':8025',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:x',
    '127.0.0.1:-1',
    '127.0.0.1:65536',
    '::1:8025',
    '[::1]',
    'http://127.0.0.1:8025',
    '127.0.0.1:8025/',
  ])('refuses %j as no address', (text) => {
    expect(() => parseUiAddress(text, true)).toThrow(WrongUsage);
    expect(() => parseUiAddress(text, true)).toThrow('Use --ui with an address and a port');
  });

  it.each(['0.0.0.0:8025', '[::]:8025', '192.168.1.10:8025', 'mail.example.com:8025'])(
    'takes %s, which others can reach, only when that is said',
    (text) => {
      expect(() => parseUiAddress(text, false)).toThrow(WrongUsage);
      expect(() => parseUiAddress(text, false)).toThrow('--ui-allow-remote');
      expect(parseUiAddress(text, true).port).toBe(8025);
    },
  );
});
