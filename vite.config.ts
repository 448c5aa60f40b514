import { defineConfig } from 'vite';

/** Native code, loaded from node_modules as it is: it cannot be bundled. */
const native = ['@node-rs/argon2'];

export default defineConfig({
  environments: {
    // The engine in plain Node, and the command line.
    service: {
      consumer: 'server',
      resolve: { noExternal: true, external: native },
      build: {
        outDir: 'out/server',
        emptyOutDir: true,
        target: 'node24',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          platform: 'node',
          input: { waypost: 'server/cli/main.ts' },
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
  },
  builder: {
    // By name, because Vite also knows environments of its own that have nothing to build here.
    async buildApp(builder) {
      for (const name of ['service']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
