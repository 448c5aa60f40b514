import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { channelHere, openConnection } from './client.ts';
import { openSheet } from './connections/sheet.ts';
import { followLive } from './live.ts';
import './ui/colours.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/shell.css';
import './ui/listing.css';
import './connections/connections.css';
import './diagnose/diagnose.css';
import './status/status.css';
import './accounts/accounts.css';
import './accounts/mailbox/mailbox.css';
import './queue/queue.css';
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
