import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useTab } from './use-tab.ts';

const TABS = ['connections', 'status'] as const;

async function lead(hash: string): Promise<void> {
  await act(async () => {
    const changed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = hash;
    await changed;
  });
}

it.each([
  ['', 'connections'],
  ['#connections', 'connections'],
  ['#status', 'status'],
  ['#nonsense', 'connections'],
])('%s shows %s', (hash, expected) => {
  history.replaceState(null, '', `/${hash}`);
  const { result } = renderHook(() => useTab(TABS));
  expect(result.current[0]).toBe(expected);
});

it('names the tab in the address, without a step of the history', () => {
  const { result } = renderHook(() => useTab(TABS));
  const steps = history.length;
  act(() => result.current[1]('status'));
  expect(result.current[0]).toBe('status');
  expect([location.hash, history.length]).toEqual(['#status', steps]);
});

it('follows the address', async () => {
  const { result } = renderHook(() => useTab(TABS));
  await lead('status');
  expect(result.current[0]).toBe('status');
  await lead('');
  expect(result.current[0]).toBe('connections');
});
