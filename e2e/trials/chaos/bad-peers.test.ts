import { expect, it } from 'vitest';
import { canListenOn } from '../../../server/testing/ports.ts';
import { badPeersTrial } from './bad-peers.ts';

it.runIf(await canListenOn('127.0.9.1'))(
  'sends to good servers, answers and loses nothing while dozens of others misbehave',
  { timeout: 120_000 },
  async () => {
    const { problems, beats, places } = await badPeersTrial({ isPatient: false });
    expect(problems).toEqual([]);
    expect(places).toBeGreaterThan(50);
    expect(beats).toBeGreaterThan(10);
  },
);
