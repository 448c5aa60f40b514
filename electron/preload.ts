/**
 * Runs in the window before its page, and has one power: it gives the page one end of a MessagePort and the main
 * process the other. The page gets no function of Electron's; what may be asked over the port is the contract's
 * business.
 */
import { ipcRenderer } from 'electron';
import { PORT_CHANNEL, PORT_GIVEN, PORT_WANTED } from '../server/contract/port.ts';

addEventListener('message', ({ source, data }) => {
  if (source !== window || data !== PORT_WANTED) return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage(PORT_CHANNEL, null, [port2]);
  window.postMessage(PORT_GIVEN, '/', [port1]);
});
