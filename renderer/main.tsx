import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { channelHere, openConnection } from './client.ts';
import { openSheet } from './connections/sheet.ts';
import { followLive } from './live.ts';
import './ui/colours.css';
import './ui/base.css';
import './ui/fields.css';
import './ui/checkboxes.css';
import './ui/buttons.css';
import './ui/popover.css';
import './ui/notes.css';
import './ui/shell.css';
import './ui/page.css';
import './ui/notices.css';
import './ui/dialog.css';
import './ui/small-windows.css';
import './ui/listing.css';
import './connections/connections.css';
import './connections/groups.css';
import './connections/below-groups.css';
import './connections/small-windows.css';
import './diagnose/diagnose.css';
import './status/status.css';
import './accounts/accounts.css';
import './accounts/mailbox/mailbox.css';
import './accounts/mailbox/message-list.css';
import './accounts/mailbox/reading-pane.css';
import './accounts/mailbox/message-body.css';
import './accounts/mailbox/small-windows.css';
import './queue/queue.css';
import './queue/grid.css';
import './queue/details.css';
import './queue/actions.css';
import './queue/small-windows.css';
import './log/log.css';
import './log/details.css';
import './log/transcript.css';
import './welcome/welcome.css';

const connection = openConnection(channelHere());
const live = followLive(connection);
const sheet = openSheet(connection, live);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <App connection={connection} live={live} sheet={sheet} />
  </StrictMode>,
);
