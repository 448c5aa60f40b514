import { certificateText } from '../../server/contract/status-words.ts';
import type { StatusView } from '../../server/contract/views.ts';
import { dateText } from './words.ts';

/** Says in time that the certificate of the listeners ends. @param now ms since 1970 */
export function CertificateNote({ status, now }: { readonly status: StatusView; readonly now: number }) {
  const text = certificateText(status, new Date(now), dateText);
  return text && <p className="certificate">{text}</p>;
}
