/**
 * Decides on every request of every page, in Electron's order: may the page go there at all (its `will-navigate`
 * and the like), does the app let the request through (`webRequest`), and who answers it: the app, for its own
 * schemes, or the network.
 */
import { fromPage, headerToPage, isOfApp, toPage } from './address.ts';
import type { Chromium, PausedRequest } from './chromium.ts';
import { withLocation } from './location.ts';
import { isFetchable } from './protocol.ts';
import type { Session } from './session.ts';

/** The page that a request belongs to. */
export interface Requester {
  readonly contents: Electron.WebContents;
  readonly isMainFrame: boolean;
  readonly frame: Electron.WebFrameMain | null;
  /** Whether a frame may go to a URL. Called for documents only. */
  mayNavigate(url: string, isRedirect: boolean): boolean;
}

type ResourceType = Electron.OnBeforeRequestListenerDetails['resourceType'];

const TYPES: Readonly<Record<string, ResourceType>> = {
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
  Media: 'media',
  WebSocket: 'webSocket',
};

/** Requests that a script makes by name, which a scheme has to allow. */
const BY_SCRIPT = ['XHR', 'Fetch', 'EventSource'];

let count = 0;

/** Decides on one request. @param requester undefined for one that belongs to no page, such as a worker's */
export async function route(
  chromium: Chromium,
  session: Session,
  paused: PausedRequest,
  requester: Requester | undefined,
): Promise<void> {
  const { requestId, resourceType, request } = paused;
  const { browser } = chromium;
  const fail = (errorReason: 'Aborted' | 'BlockedByClient' | 'Failed') =>
    browser.send('Fetch.failRequest', { requestId, errorReason });
  const url = fromPage(request.url);
  // Electron asks for no icon of its own accord.
  if (resourceType === 'Other' && request.url.endsWith('/favicon.ico')) return void (await fail('Aborted'));

  const isDocument = resourceType === 'Document';
  const isRedirect = paused.redirectedRequestId !== undefined;
  if (isDocument && requester && !requester.mayNavigate(url, isRedirect)) return void (await fail('Aborted'));

  const details = detailsOf(paused, url, requester);
  const { cancel, redirectURL } = await session.webRequest.before({ ...details, uploadData: [] });
  if (cancel) return void (await fail('BlockedByClient'));
  if (redirectURL !== undefined) {
    const responseHeaders = [{ name: 'Location', value: toPage(redirectURL) }];
    await browser.send('Fetch.fulfillRequest', { requestId, responseCode: 307, responseHeaders });
    return;
  }
  if (!isOfApp(url))
    return void (await browser.send('Fetch.continueRequest', { requestId, interceptResponse: true }));
  if (BY_SCRIPT.includes(resourceType) && !isFetchable(url)) return void (await fail('Failed'));

  const response = await session.handlers.answer(requestOf(paused, url));
  if (!response || response.type === 'error') return void (await fail('Failed'));
  const headers = await receive(
    session,
    details,
    response.status,
    response.statusText,
    headersOf(response.headers),
  );
  if (!headers) return void (await fail('BlockedByClient'));
  await browser.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    ...(response.statusText === '' ? {} : { responsePhrase: response.statusText }),
    responseHeaders: flat(headers),
    body: (await bodyOf(response, paused)).toString('base64'),
  });
}

/** Decides on the answer that the network gave to a request. */
export async function routeAnswer(
  { browser }: Chromium,
  session: Session,
  paused: PausedRequest,
  requester: Requester | undefined,
): Promise<void> {
  const { requestId, responseStatusCode = 200, responseStatusText = '', responseHeaders = [] } = paused;
  const before: Record<string, string[]> = {};
  for (const { name, value } of responseHeaders) before[name] = [...(before[name] ?? []), value];
  const details = detailsOf(paused, fromPage(paused.request.url), requester);
  const after = await receive(session, details, responseStatusCode, responseStatusText, before);
  if (!after) await browser.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
  else if (after === before) await browser.send('Fetch.continueResponse', { requestId });
  else {
    const changed = { responseCode: responseStatusCode, responseHeaders: flat(after) };
    await browser.send('Fetch.continueResponse', { requestId, ...changed });
  }
}

/** The headers as the app wants them; undefined when it wants no answer at all. */
async function receive(
  session: Session,
  details: Omit<Electron.OnHeadersReceivedListenerDetails, 'statusLine' | 'statusCode'>,
  statusCode: number,
  statusText: string,
  responseHeaders: Record<string, string[]>,
): Promise<Record<string, string | string[]> | undefined> {
  const statusLine = `HTTP/1.1 ${statusCode} ${statusText}`.trim();
  const wanted = await session.webRequest.received({ ...details, statusCode, statusLine, responseHeaders });
  return wanted.cancel ? undefined : (wanted.responseHeaders ?? responseHeaders);
}

/** What the app has answered; a module of the page gets its `location`. */
async function bodyOf(response: Response, { resourceType, request }: PausedRequest): Promise<Buffer> {
  // Only modules are fetched with an origin; a script of the old kind can't have a `location` of its own.
  const isModule = resourceType === 'Script' && request.headers.Origin !== undefined;
  return isModule
    ? Buffer.from(withLocation(await response.text()))
    : Buffer.from(await response.arrayBuffer());
}

function detailsOf({ request, resourceType }: PausedRequest, url: string, requester: Requester | undefined) {
  const documents = requester?.isMainFrame ? 'mainFrame' : 'subFrame';
  const type = resourceType === 'Document' ? documents : (TYPES[resourceType] ?? 'other');
  return {
    id: ++count,
    url,
    method: request.method,
    resourceType: type as ResourceType,
    referrer: fromPage(request.headers.Referer ?? ''),
    timestamp: Date.now(),
    ...(requester
      ? { webContents: requester.contents, webContentsId: requester.contents.id, frame: requester.frame }
      : {}),
  };
}

function requestOf({ request }: PausedRequest, url: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, fromPage(value));
  const parts = (request.postDataEntries ?? []).map(({ bytes = '' }) => Buffer.from(bytes, 'base64'));
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD' && parts.length > 0;
  return new Request(url, {
    method: request.method,
    headers,
    ...(hasBody ? { body: Buffer.concat(parts) } : {}),
  });
}

function headersOf(headers: Headers): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, value] of headers) found[name] = [...(found[name] ?? []), value];
  return found;
}

function flat(headers: Record<string, string | string[]>): { name: string; value: string }[] {
  // The browser counts by itself.
  const rest = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return rest.flatMap(([name, values]) =>
    [values].flat().map((value) => ({ name, value: headerToPage(name, value) })),
  );
}
