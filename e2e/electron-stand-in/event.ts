/** What listeners get first: an event that may be prevented. */
import { strict } from './strict.ts';

/** An event with further properties. */
export function makeEvent<Props extends object>(props?: Props): Electron.Event<Props> {
  let prevented = false;
  const event = {
    preventDefault: () => {
      prevented = true;
    },
    get defaultPrevented() {
      return prevented;
    },
  };
  return strict(
    'event',
    Object.defineProperties(event, Object.getOwnPropertyDescriptors(props ?? {})),
  ) as never;
}
