import { useEffect, useState } from 'react';

/**
 * The tab that is shown, named in the address behind `#`: a notification of the desktop or a bookmark leads to it,
 * and loading the page again stays there. The first one where the address names none.
 */
export function useTab<T extends string>(tabs: readonly [T, ...T[]]): [T, (tab: string) => void] {
  const named = () => tabs.find((tab) => `#${tab}` === location.hash) ?? tabs[0];
  const [tab, setTab] = useState<T>(named);
  useEffect(() => {
    const follow = () => setTab(tabs.find((one) => `#${one}` === location.hash) ?? tabs[0]);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [tabs]);
  const go = (wanted: string) => {
    const found = tabs.find((one) => one === wanted);
    if (!found) return;
    // No step of the history: Back leads out of Waypost, not through its tabs.
    history.replaceState(null, '', `#${found}`);
    setTab(found);
  };
  return [tab, go];
}
