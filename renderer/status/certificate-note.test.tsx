import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { liveOf } from '../testing/fake-engine.ts';
import { CertificateNote } from './certificate-note.tsx';
import { dateText } from './words.ts';

afterEach(cleanup);

const expiresAt = new Date(2026, 11, 8, 12);
const status = { ...liveOf(1).status, certificate: { expiresAt, own: false } };
const note = (daysLeft: number) => {
  render(<CertificateNote status={status} now={expiresAt.getTime() - daysLeft * 86_400_000} />);
  return screen.queryByText(/certificate/)?.textContent;
};

it('names the day and what to do, two weeks ahead', () => {
  expect(note(13)).toBe(
    `The certificate expires on ${dateText(expiresAt)}. Renew its files before that; Waypost takes up new ones within the hour.`,
  );
});

it('says nothing while there is time', () => {
  expect(note(15)).toBeUndefined();
});
