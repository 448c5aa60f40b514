/** What tests of a sample's page share: scripts that run in it, and a server that it may want to reach. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';

/** Runs a script in the page and gives what came of it as text. */
export function tried(page: Page, script: string): Promise<string> {
  return page.evaluate(`(async () => { ${script} })().then(String, (error) => 'refused: ' + error.name)`);
}

/** A server of the web, and how often it was asked. */
export async function serve(): Promise<{ server: Server; url: string; count: () => number }> {
  let count = 0;
  const server = createServer((_request, response) => {
    count++;
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/`, count: () => count };
}
