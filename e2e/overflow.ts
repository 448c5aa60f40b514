import type { Page } from 'playwright/test';

/** What sticks out of the window sideways, or of its page altogether. */
export async function overflowing(page: Page, direction: 'x' | 'both'): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const both = ${direction === 'both'};
    const found = [];
    const name = (element) => element.tagName.toLowerCase() + '.' + element.className;
    for (const element of [document.documentElement, document.body, ...document.querySelectorAll('.scrolled, .window, .page')]) {
      if (element.scrollWidth > element.clientWidth + 1) found.push(name(element) + ' is too narrow');
      if (both && element.scrollHeight > element.clientHeight + 1) found.push(name(element) + ' is too low');
    }
    for (const element of document.querySelectorAll('button, input, textarea, label, legend, td, th, .note, .issue, .preview, footer')) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && !element.closest('.unseen, [aria-hidden="true"]') && (left < -1 || right > innerWidth + 1)) {
        const style = getComputedStyle(element);
        if (style.position !== 'absolute' || style.clip === 'auto') found.push(name(element) + ' sticks out');
      }
    }
    return found;
  })()`)) as string[];
}
