/** What a page may do in the stand-in for Electron: the policy of a response, and what the app allows. */
import { expect, seen, test } from './electron-stand-in/sample-fixtures.ts';
import { serve, tried } from './electron-stand-in/sample-page.ts';

test('the policy of a response is enforced, and schemes may be fetched only if they say so', async ({
  start,
}) => {
  const { server, url, count } = await serve();
  const app = await start({
    body: '<script>document.title = "inline"</script>',
    scripts: {
      'page.js': 'try { eval("1"); window.evaluated = true } catch (error) { window.evaluated = error.name }',
      'data.json': '{}',
    },
  });
  const page = await app.window();
  expect(await page.title()).toBe('Sample');
  expect(await tried(page, `return (await fetch('${url}')).status`)).toBe('refused: TypeError');
  expect(await tried(page, `return (await fetch('./data.json')).status`)).toBe('200');
  expect(await tried(page, `return (await fetch('./none')).status`)).toBe('404');
  expect(await tried(page, 'return evaluated')).toBe('EvalError');
  expect(await tried(page, 'return isSecureContext + " " + typeof crypto.subtle')).toBe('true object');
  expect(count()).toBe(0);
  server.close();
});

test('the app can cancel requests and change headers', async ({ start }) => {
  const { server, url, count } = await serve();
  const app = await start({
    policy: 'default-src * data:',
    ready: `
      const { webRequest } = session.defaultSession;
      webRequest.onBeforeRequest(({ url, resourceType, webContentsId }, answer) => {
        see([url, resourceType, webContentsId]);
        answer({ cancel: url.includes('cancelled') });
      });
      webRequest.onHeadersReceived(({ responseHeaders, statusCode }, answer) => {
        answer({ responseHeaders: { ...responseHeaders, 'X-Added': ['yes ' + statusCode], 'Access-Control-Expose-Headers': ['*'] } });
      });
      open();`,
  });
  const page = await app.window();
  expect(await tried(page, `return (await fetch('${url}cancelled')).status`)).toBe('refused: TypeError');
  expect(count()).toBe(0);
  expect(await tried(page, `return (await fetch('${url}through')).headers.get('x-added')`)).toBe('yes 200');
  expect(await tried(page, `return (await fetch('./none')).headers.get('x-added')`)).toBe('yes 404');
  expect(count()).toBe(1);
  expect(await seen(app)).toEqual(
    expect.arrayContaining([
      ['app://sample/', 'mainFrame', 1],
      ['app://sample/page.js', 'script', 1],
      [`${url}through`, 'xhr', 1],
    ]),
  );
  server.close();
});

test('what the app denies to a page does not happen: going elsewhere, windows, permissions', async ({
  start,
}) => {
  const { server, url, count } = await serve();
  const app = await start({
    policy: "default-src * 'unsafe-inline'",
    body: `<a id="out" href="${url}">out</a><a id="new" href="${url}" target="_blank">new</a>`,
    ready: `
      session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => { see(permission); answer(false); });
      session.defaultSession.setPermissionCheckHandler(() => false);
      const { webContents } = open();
      webContents.on('will-navigate', (event, to) => { see('to ' + to); event.preventDefault(); });
      webContents.setWindowOpenHandler(({ url }) => { see('open ' + url); return { action: 'deny' }; });`,
  });
  const page = await app.window();
  await page.click('#out');
  await expect.poll(() => seen(app)).toContain(`to ${url}`);
  await tried(page, `location.href = '${url}again'`);
  await expect.poll(() => seen(app)).toContain(`to ${url}again`);
  expect(await tried(page, `return window.open('${url}opened')`)).toBe('null');
  await expect.poll(() => seen(app)).toContain(`open ${url}opened`);
  await page.click('#new');
  await page.click('#out', { modifiers: ['ControlOrMeta'] });
  expect(await tried(page, 'return Notification.requestPermission()')).toBe('denied');
  const geolocation =
    'navigator.geolocation.getCurrentPosition(() => resolve("found"), ({ code }) => resolve(code))';
  expect(await tried(page, `return new Promise((resolve) => ${geolocation})`)).toBe('1');
  expect(await tried(page, 'return navigator.mediaDevices.getUserMedia({ audio: true })')).toMatch(
    /^refused/,
  );
  expect(await seen(app)).toEqual(
    expect.arrayContaining(['notifications', 'geolocation', 'media', `open ${url}`]),
  );
  expect(await app.address()).toBe('app://sample/');
  expect(await app.windows()).toBe(1);
  await expect
    .poll(
      () =>
        page
          .context()
          .pages()
          .filter((each) => each.url().startsWith(url)).length,
    )
    .toBe(0);
  expect(count()).toBe(0);
  server.close();
});

test('without a word from the app, a page may', async ({ start }) => {
  const { server, url, count } = await serve();
  const app = await start();
  const page = await app.window();
  expect(await tried(page, 'return Notification.requestPermission()')).toBe('granted');
  await tried(page, `location.href = '${url}'`);
  await expect.poll(() => app.address()).toBe(url);
  expect(count()).toBeGreaterThan(0);
  server.close();
});
