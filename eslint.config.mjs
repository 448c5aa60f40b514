import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Biome formats and lints. ESLint is here for one thing Biome cannot do as well: rules about promises, which
// need types. A forgotten await in a mail server is a lost message.
export default defineConfig(
  { ignores: ['out/', 'dist/', 'coverage/', '**/*.{js,mjs,cjs}'] },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        // The preload has a tsconfig of its own, by a name that is not looked for.
        projectService: { allowDefaultProject: ['electron/preload.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // Without the await, an error passes by the try that means to catch it.
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
    },
  },
);
