/** `nativeTheme`: light or dark, as the system has it or the app wants it. */
import { StrictEmitter } from './strict.ts';

type Has =
  | ('shouldUseDarkColors' | 'themeSource' | 'shouldUseDarkColorsForSystemIntegratedUI')
  | (
      | 'shouldUseHighContrastColors'
      | 'shouldUseInvertedColorScheme'
      | 'inForcedColorsMode'
      | 'prefersReducedTransparency'
    );

class NativeTheme extends StrictEmitter implements Pick<Electron.NativeTheme, Has> {
  static readonly events = ['updated'];
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;
  readonly #watchers = new Set<() => void>();
  #isSystemDark = false;
  #source: Electron.NativeTheme['themeSource'] = 'system';

  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? this.#isSystemDark : this.#source === 'dark';
  }
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return this.#isSystemDark;
  }
  get themeSource(): Electron.NativeTheme['themeSource'] {
    return this.#source;
  }
  set themeSource(source) {
    if (!['system', 'light', 'dark'].includes(source))
      throw new TypeError(`There is no theme '${source as string}'.`);
    this.#source = source;
    this.#updated();
  }

  /** For tests: the person has switched the system. */
  setSystem(dark: boolean): void {
    if (dark === this.#isSystemDark) return;
    this.#isSystemDark = dark;
    this.#updated();
  }

  /** For windows. Returns what ends it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #updated(): void {
    for (const watcher of this.#watchers) watcher();
    // Told when the system has got round to it.
    setImmediate(() => this.emit('updated'));
  }
}

export const nativeTheme = new NativeTheme();
