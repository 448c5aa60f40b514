import { expect, test } from 'playwright/test';
import { startSample } from './electron-stand-in/sample.ts';

test('first', async () => {
  const app = await startSample({
    scripts: { 'page.js': 'document.body.append(location.protocol + location.href)' },
  });
  try {
    const page = await app.window();
    await expect(page.locator('body')).toContainText('app:app://sample/');
    expect(await app.address()).toBe('app://sample/');
    expect(await page.evaluate('innerWidth + "x" + innerHeight')).toBe('800x600');
    await app.quit();
    expect(await app.ended).toEqual({ code: 0, signal: null });
  } finally {
    console.log(app.output);
    await app.remove();
  }
});
