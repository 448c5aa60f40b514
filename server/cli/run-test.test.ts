import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiagnosisView, StepView } from '../contract/diagnose.ts';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';
import { eventually } from '../testing/temp.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});
afterEach(() => waypost.remove());

const step = (id: string, part: Partial<StepView> = {}): StepView => ({
  id,
  title: `Try ${id}`,
  state: 'passed',
  ms: 12,
  detail: `It is ${id}.`,
  advice: '',
  ...part,
});
const view = (steps: StepView[], part: Partial<DiagnosisView> = {}): DiagnosisView => ({
  steps,
  summary: '',
  isOver: false,
  offer: null,
  transcript: ['C: EHLO x'],
  ...part,
});
const over = { isOver: true, summary: 'That is how it is.' };
const running = (id: string) => step(id, { state: 'running', ms: 0, detail: '' });

describe.each([['smart-host'], ['port-25'], ['incoming']])('test %s', (name) => {
  test('prints each step once, when it is over, and what it comes to', async () => {
    waypost.state.diagnosis = [
      view([running('dns')]),
      view([step('dns'), running('connect')]),
      view([step('dns'), step('connect', { state: 'warning', advice: 'Mind the gap.' })]),
      view(
        [step('dns'), step('connect', { state: 'warning' }), step('end', { state: 'skipped', ms: 0 })],
        over,
      ),
    ];
    const { code, out, err } = await waypost.run(['test', name]);
    expect(out()).toBe(
      [
        'ok      Try dns (12 ms)  It is dns.',
        'note    Try connect (12 ms)  It is connect.',
        '        Mind the gap.',
        '-       Try end  It is end.',
        '',
        'That is how it is.',
        '',
      ].join('\n'),
    );
    expect([code, err()]).toEqual([0, '']);
  });

  test('ends with 1 when a step has failed', async () => {
    waypost.state.diagnosis = [view([step('dns', { state: 'failed', advice: 'Look again.' })], over)];
    const { code, out, err } = await waypost.run(['test', name]);
    expect(out()).toContain('FAILED  Try dns (12 ms)  It is dns.\n        Look again.\n');
    expect([code, err()]).toEqual([1, 'Failed: Try dns.\n']);
  });

  test('--json is one value, the last', async () => {
    const last = view([step('dns', { state: 'failed' })], over);
    waypost.state.diagnosis = [view([running('dns')]), last];
    const { code, out } = await waypost.run(['test', name, '--json']);
    expect(JSON.parse(out())).toEqual(last);
    expect(code).toBe(1);
  });
});

test('what was asked for arrives', async () => {
  waypost.state.diagnosis = [view([], over)];
  await waypost.run(['test', 'smart-host', '--send-to', 'bob@remote.test']);
  await waypost.run(['test', 'port-25', 'a.test', 'b.test:2525']);
  await waypost.run(['test', 'port-25']);
  expect(waypost.state.asked).toEqual([
    { procedure: 'diagnose.smartHost', input: { sendTo: 'bob@remote.test' } },
    { procedure: 'diagnose.port25', input: { hosts: ['a.test', 'b.test:2525'] } },
    { procedure: 'diagnose.port25', input: { hosts: [] } },
  ]);
});

test('a step is printed while the next one runs', async () => {
  let goOn = () => {};
  const wait = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  waypost.state.diagnosis = (async function* () {
    yield view([step('dns'), running('connect')]);
    await wait;
    yield view([step('dns'), step('connect')], over);
  })();
  const io = fakeIo();
  const done = waypost.run(['test', 'incoming'], io);
  await eventually(() => io.out().includes('Try dns'), { what: 'the first step' });
  expect(io.out()).not.toContain('Try connect');
  goOn();
  expect((await done).code).toBe(0);
  expect(io.out()).toContain('Try connect');
});

test('what a server says can’t steer the terminal', async () => {
  waypost.state.diagnosis = [view([step('dns', { detail: '220 \u001b[2J\u202e' })], over)];
  expect((await waypost.run(['test', 'incoming'])).out()).toContain('220 \\x1b[2J\\u202e');
});

test('what is no test is wrong usage', async () => {
  expect((await waypost.run(['test', 'patience'])).code).toBe(2);
  expect((await waypost.run(['test'])).code).toBe(2);
});
