import { ChevronRight, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { count } from '../../status/words.ts';
import { copyText } from '../../ui/copy-text.ts';
import type { MessageLink } from './references.ts';

/** More than this nobody reads. */
const MOST = 200;

/** Where the links of a message really lead. They open nothing; an address can be copied. */
export function Links({ links }: { readonly links: readonly MessageLink[] }) {
  const [copied, setCopied] = useState('');
  const different = [...new Map(links.map((link) => [`${link.address} ${link.text}`, link])).values()];
  if (different.length === 0) return null;
  return (
    <Disclosure className="links">
      <Heading level={4} className="links-heading">
        <Button slot="trigger" className="disclosure-button">
          <ChevronRight aria-hidden /> {count(different.length, 'link')}
        </Button>
      </Heading>
      <DisclosurePanel className="links-panel">
        <ul>
          {different.slice(0, MOST).map((link) => (
            <li key={`${link.address} ${link.text}`}>
              <Button
                className="button small"
                aria-label={`Copy ${link.address}`}
                onPress={() => setCopied(copyText(link.address) ? link.address : '')}
              >
                <Copy aria-hidden />
              </Button>
              <span className="link-address">{link.address}</span>
              {link.text !== '' && link.text !== link.address && <span className="note">“{link.text}”</span>}
            </li>
          ))}
        </ul>
        <p className="note" role="status">
          {copied !== '' && 'Copied.'}
        </p>
      </DisclosurePanel>
    </Disclosure>
  );
}
