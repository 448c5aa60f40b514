import { CircleOff } from 'lucide-react';
import { Cell, Column, Meter, Row, Table, TableBody, TableHeader } from 'react-aria-components';
import type { AccountView } from '../../server/contract/views.ts';
import { useNow } from '../ui/use-now.ts';
import { signInText, spaceText, usedShare } from './words.ts';

interface AccountsTableProps {
  readonly accounts: readonly AccountView[];
  readonly selected: string | undefined;
  readonly onSelect: (address: string) => void;
  /** Enter or a double click. */
  readonly onOpen: (address: string) => void;
}

/** The accounts, one per row; arrow keys lead through them. */
export function AccountsTable({ accounts, selected, onSelect, onOpen }: AccountsTableProps) {
  return (
    <Table
      className="grid"
      aria-label="Accounts"
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={selected === undefined ? [] : [selected]}
      onSelectionChange={(keys) => {
        if (keys === 'all') return;
        const [key] = keys;
        if (key !== undefined) onSelect(String(key));
      }}
      onRowAction={(key) => onOpen(String(key))}
    >
      <TableHeader>
        <Column className="column" isRowHeader>
          Account
        </Column>
        <Column className="column right">Messages</Column>
        <Column className="column">Space used</Column>
        <Column className="column">Last sign-in</Column>
      </TableHeader>
      <TableBody items={accounts}>
        {(account) => (
          <Row id={account.address} className="grid-row" textValue={account.address}>
            <Cell className="cell who">
              <div className="name">
                <span>{account.address}</span>
                {!account.enabled && (
                  <span className="switched-off">
                    <CircleOff aria-hidden /> Switched off
                  </span>
                )}
              </div>
              {account.aliases.length > 0 && (
                <span className="aliases">also {account.aliases.join(', ')}</span>
              )}
            </Cell>
            <Cell className="cell right">{account.messages.toLocaleString()}</Cell>
            <Cell className="cell">
              <Space account={account} />
            </Cell>
            <Cell className="cell sign-in">
              <LastSignIn at={account.lastSignIn} />
            </Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  );
}

function LastSignIn({ at }: { readonly at: Date | null }) {
  return signInText(at, useNow());
}

/** What a mailbox takes, in words, and with a quota as a bar too. */
function Space({ account }: { readonly account: AccountView }) {
  const share = usedShare(account);
  const text = spaceText(account);
  if (share === undefined) return <span className="space">{text}</span>;
  const name = `Space used by ${account.address}`;
  return (
    <Meter className="space" value={share} maxValue={1} valueLabel={text} aria-label={name}>
      <div className="bar">
        <span
          className={share >= ALMOST_FULL ? 'fill full' : 'fill'}
          style={{ inlineSize: `${share * 100}%` }}
        />
      </div>
      <span>{text}</span>
    </Meter>
  );
}

const ALMOST_FULL = 0.9;
