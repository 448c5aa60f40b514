import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ListenerView } from '../../server/contract/views.ts';
import { choicesOf } from '../connections/wording.ts';
import { listenerState } from './words.ts';

export function Listeners({ listeners }: { readonly listeners: readonly ListenerView[] }) {
  if (listeners.length === 0) return <p className="empty">Waypost is not listening.</p>;
  return (
    <table className="table" aria-label="Listeners">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="right">
            Port
          </th>
          <th scope="col">IP address</th>
          <th scope="col">Security</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {listeners.map((listener) => (
          <Listener key={listener.name} listener={listener} />
        ))}
      </tbody>
    </table>
  );
}

function Listener({ listener }: { readonly listener: ListenerView }) {
  const { name, port, address, security, state } = listener;
  const isOpen = state === 'listening';
  const Icon = isOpen ? CircleCheck : CircleAlert;
  return (
    <>
      <tr className={isOpen ? '' : 'failed'}>
        <th scope="row">{LISTENER_NAMES[name]}</th>
        <td className="right">{port}</td>
        <td>{address || 'All addresses'}</td>
        <td>{choicesOf('incoming.primary.security').find(({ id }) => id === security)?.name}</td>
        <td className={`state ${state}`}>
          <Icon aria-hidden /> {isOpen ? listenerState(listener) : 'Not open'}
        </td>
      </tr>
      {!isOpen && (
        <tr className="reason">
          <td colSpan={5}>{listenerState(listener)} Waypost tries again by itself.</td>
        </tr>
      )}
    </>
  );
}

const LISTENER_NAMES: Readonly<Record<ListenerView['name'], string>> = {
  primary: 'Primary',
  secondary: 'Secondary',
  pop3: 'POP3',
  pop3s: 'POP3 over TLS',
};
