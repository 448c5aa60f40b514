/** `session.webRequest`: what an app may do to each request before it is sent, and to its answer. */
import { refused, Strict } from './strict.ts';

type Before = Parameters<Electron.WebRequest['onBeforeRequest']>[0];
type Received = Parameters<Electron.WebRequest['onHeadersReceived']>[0];
type BeforeDetails = Electron.OnBeforeRequestListenerDetails;
type ReceivedDetails = Electron.OnHeadersReceivedListenerDetails;

interface Registered<Listener> {
  readonly listener: NonNullable<Listener>;
  readonly matches: (url: string, type: string) => boolean;
}

export class WebRequest
  extends Strict
  implements Pick<Electron.WebRequest, 'onBeforeRequest' | 'onHeadersReceived'>
{
  #before: Registered<Before> | undefined;
  #received: Registered<Received> | undefined;

  onBeforeRequest(...args: [Electron.WebRequestFilter, Before] | [Before]): void {
    this.#before = registered<Before>(args);
  }

  onHeadersReceived(...args: [Electron.WebRequestFilter, Received] | [Received]): void {
    this.#received = registered<Received>(args);
  }

  /** What is to become of a request. */
  async before(details: BeforeDetails): Promise<Electron.CallbackResponse> {
    const found = this.#before;
    if (!found?.matches(details.url, details.resourceType)) return {};
    return once<Electron.CallbackResponse>('onBeforeRequest', (answer) => found.listener(details, answer));
  }

  /** What is to become of an answer. */
  async received(details: ReceivedDetails): Promise<Electron.HeadersReceivedResponse> {
    const found = this.#received;
    if (!found?.matches(details.url, details.resourceType)) return {};
    return once<Electron.HeadersReceivedResponse>('onHeadersReceived', (answer) =>
      found.listener(details, answer),
    );
  }
}

function registered<Listener>(
  args: [Electron.WebRequestFilter, Listener] | [Listener],
): Registered<Listener> | undefined {
  const [filter, listener] = args.length === 2 ? args : [undefined, args[0]];
  if (listener === null) return undefined;
  if (typeof listener !== 'function') throw new TypeError('Must pass null or a Function');
  for (const name of Object.keys(filter ?? {})) {
    if (!['urls', 'excludeUrls', 'types'].includes(name)) throw refused(`a filter has no '${name}'`);
  }
  const [urls = [], excludeUrls = []] = [filter?.urls.map(pattern), filter?.excludeUrls?.map(pattern)];
  return {
    listener: listener as NonNullable<Listener>,
    matches: (url, type) =>
      (urls.length === 0 || urls.some((each) => each.test(url))) &&
      !excludeUrls.some((each) => each.test(url)) &&
      (!filter?.types || (filter.types as string[]).includes(type)),
  };
}

/** A pattern such as `*://*.example.org/*`. */
function pattern(text: string): RegExp {
  if (text === '<all_urls>') return /^/;
  const found = /^(\*|[a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)$/i.exec(text);
  if (!found) throw new TypeError(`Invalid url pattern ${text}: Missing scheme separator.`);
  const [, scheme = '', host = '', path = ''] = found;
  const escaped = (part: string) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const hosts = host.startsWith('*.') ? `(?:.*\\.)?${escaped(host.slice(2))}` : escaped(host);
  return new RegExp(
    `^${scheme === '*' ? '(?:https?|wss?)' : scheme}://${hosts}(?::\\d+)?${escaped(path)}$`,
    'i',
  );
}

function once<Answer>(what: string, call: (answer: (response: Answer) => void) => void): Promise<Answer> {
  return new Promise((resolve) => {
    let answered = false;
    call((response) => {
      if (answered) throw refused(`the callback of ${what} was called twice`);
      answered = true;
      resolve(response);
    });
  });
}
