import { builtinModules } from 'node:module';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Native code, loaded from node_modules as it is: it cannot be bundled. */
const native = ['@node-rs/argon2'];

/** Electron brings its own module with it; it is in no package. */
const electron = ['electron', /^electron\//];

const here = import.meta.dirname;

/** Escapes what is not ASCII: a single such character lets V8 keep the whole bundle at two bytes a character. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  applyToEnvironment: ({ name }) => name === 'service' || name === 'desktop',
  // After everything that prints code anew.
  generateBundle: (_options, bundle) => {
    for (const part of Object.values(bundle)) if (part.type === 'chunk') part.code = escaped(part.code);
  },
};

function escaped(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export default defineConfig({
  // The window is the only part with a page, and a page is built to where it lies below the root.
  root: join(here, 'renderer'),
  // Relative addresses serve a web server and the desktop's own protocol alike.
  base: './',
  plugins: [react(), asciiOnly],
  environments: {
    // The window.
    client: {
      build: {
        outDir: join(here, 'out/renderer'),
        emptyOutDir: true,
        target: ['chrome123', 'firefox121', 'safari17.5'],
        // The page's policy allows no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // What counts is the size that travels, and the tests hold that.
        chunkSizeWarningLimit: 800,
      },
    },
    // The engine in plain Node, and the command line.
    service: {
      consumer: 'server',
      resolve: { noExternal: true, external: native },
      build: {
        outDir: join(here, 'out/server'),
        emptyOutDir: true,
        target: 'node24',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          platform: 'node',
          input: { waypost: join(here, 'server/cli/main.ts') },
          output: {
            format: 'esm',
            entryFileNames: '[name].js',
            // One file: a service that runs is not disturbed when a later build replaces its parts. What is
            // imported dynamically is still evaluated only then, so a short command does not pay for the engine.
            codeSplitting: false,
          },
        },
      },
    },
    // The engine in Electron's main process, with window and tray.
    desktop: {
      consumer: 'server',
      resolve: { noExternal: true, external: native, builtins: [/^node:/, ...builtinModules, ...electron] },
      build: {
        outDir: join(here, 'out/electron'),
        emptyOutDir: true,
        target: 'node24',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          platform: 'node',
          external: electron,
          input: { main: join(here, 'electron/main.ts') },
          output: { format: 'esm', entryFileNames: '[name].js', codeSplitting: false },
        },
      },
    },
    // What runs in the window before its page. A sandboxed preload can't be an ES module.
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, builtins: electron },
      build: {
        outDir: join(here, 'out/electron'),
        emptyOutDir: false,
        target: 'chrome130',
        minify: false,
        rolldownOptions: {
          platform: 'browser',
          external: electron,
          input: { preload: join(here, 'electron/preload.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    // By name, because Vite also knows environments of its own that have nothing to build here.
    async buildApp(builder) {
      for (const name of ['service', 'client', 'desktop', 'preload']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
