import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { StorageNote } from './storage-note.tsx';

afterEach(cleanup);

const damage = 'The database /data/waypost.db is damaged. Put a backup in its place.';
const logPutAside =
  'The mail log is damaged. It was kept as log.unusable-2026.db, and a new mail log begins.';

it.each([
  [null, null, []],
  [damage, null, [damage]],
  [null, logPutAside, [logPutAside]],
  [damage, logPutAside, [damage, logPutAside]],
])('says what is damaged and what was put aside: %s, %s', (damage, logPutAside, texts) => {
  render(<StorageNote status={{ storage: { damage, logPutAside } }} />);
  expect(screen.queryAllByRole('alert').map(({ textContent }) => textContent)).toEqual(texts);
});
