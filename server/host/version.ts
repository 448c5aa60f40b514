import manifest from '../../package.json' with { type: 'json' };

/** Waypost's version. */
export const VERSION: string = manifest.version;
