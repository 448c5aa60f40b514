import { describe, expect, it } from 'vitest';
import { replyText } from '../mail/reply.ts';
import { Admission } from './admission.ts';

function admission(maxTotal = 20, maxPerHost = 5) {
  const limits = { maxTotal, maxPerHost, hostname: 'mail.test', paused: false };
  const blocked = new Set<string>();
  const made = new Admission(
    () => limits,
    (address) => blocked.has(address),
  );
  const admit = (address: string) => {
    const admitted = made.admit(address);
    return 'ticket' in admitted ? admitted.ticket : replyText(admitted.refusal);
  };
  return { made, limits, admit, blocked };
}

describe('the limits', () => {
  it('refuse the sixth connection of one host, in the words of the design', () => {
    const { made, admit } = admission();
    for (let count = 0; count < 5; count++) expect(admit('203.0.113.5')).toHaveProperty('id');
    expect(admit('203.0.113.5')).toBe('421 4.7.0 mail.test Too many connections from 203.0.113.5 (5 of 5)');
    expect(admit('203.0.113.6')).toHaveProperty('id');
    expect([made.total, made.hosts]).toEqual([6, 2]);
  });

  it('let nobody in while receiving is paused, and cut nobody off', () => {
    const { made, limits, admit } = admission();
    const open = admit('203.0.113.5');
    limits.paused = true;
    const words = '421 4.3.2 mail.test Not receiving mail at the moment, please try again later';
    expect([admit('203.0.113.6'), admit('127.0.0.1')]).toEqual([words, words]);
    expect(made.total).toBe(1);
    limits.paused = false;
    expect(admit('203.0.113.6')).toHaveProperty('id');
    expect(open).toHaveProperty('id');
  });

  it('refuse the 21st connection of all', () => {
    const { made, admit } = admission();
    for (let count = 0; count < 20; count++) expect(admit(`203.0.113.${count}`)).toHaveProperty('id');
    expect(admit('198.51.100.1')).toBe('421 4.3.2 mail.test Too many connections (20 of 20)');
    expect(made.total).toBe(20);
  });

  it('count an IPv6 network of 64 bits as one host, and name the address', () => {
    const { admit } = admission(20, 2);
    admit('2001:db8:0:1::1');
    admit('2001:db8:0:1:ffff::2');
    expect(admit('2001:db8:0:1::3')).toBe(
      '421 4.7.0 mail.test Too many connections from 2001:db8:0:1::3 (2 of 2)',
    );
    expect(admit('2001:db8:0:2::1')).toHaveProperty('id');
  });

  it('count IPv4 on an IPv6 socket with IPv4', () => {
    const { admit } = admission(20, 1);
    admit('203.0.113.5');
    expect(admit('::ffff:203.0.113.5')).toContain('from 203.0.113.5 (1 of 1)');
  });

  it('are felt by the next connection when they change, and end none', () => {
    const { made, limits, admit } = admission(20, 5);
    for (let count = 0; count < 4; count++) admit('203.0.113.5');
    limits.maxPerHost = 2;
    expect(made.total).toBe(4);
    expect(admit('203.0.113.5')).toContain('(4 of 2)');
    limits.maxPerHost = 5;
    expect(admit('203.0.113.5')).toHaveProperty('id');
  });
});

it('takes a ticket back once, however often it is given back', () => {
  const { made } = admission();
  const tickets = ['203.0.113.5', '203.0.113.5', '203.0.113.6'].flatMap((address) => {
    const admitted = made.admit(address);
    return 'ticket' in admitted ? admitted.ticket : [];
  });
  tickets[0]?.release();
  tickets[0]?.release();
  expect([made.total, made.hosts]).toEqual([2, 2]);
  for (const ticket of tickets) ticket.release();
  expect([made.total, made.hosts]).toEqual([0, 0]);
});

it('lets no blocked address in, and no other pay for it', () => {
  const { made, admit, blocked } = admission();
  blocked.add('203.0.113.5');
  expect(admit('203.0.113.5')).toBe(
    '421 4.7.0 mail.test Connections from 203.0.113.5 are not accepted for now',
  );
  expect(admit('203.0.113.6')).toHaveProperty('id');
  expect(made.total).toBe(1);
});
