import { storageTexts } from '../../server/contract/status-words.ts';
import type { StatusView } from '../../server/contract/views.ts';
import { ProblemBanner } from '../ui/problem-banner.tsx';

/** Says what is wrong with the files of the data folder, and what to do. */
export function StorageNote({ status }: { readonly status: Pick<StatusView, 'storage'> }) {
  return storageTexts(status).map((text) => <ProblemBanner key={text} problem={text} />);
}
