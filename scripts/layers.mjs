import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, format } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration from '../.dependency-cruiser.mjs';
import { isProgram, root, say } from './project.mjs';

// Checks who imports whom, by the rules in .dependency-cruiser.mjs. A file of its own, because the tool is
// content with having seen nothing at all, and then reports that all is well.

const FOLDERS = ['server', 'electron', 'renderer', 'bench', 'e2e'];

/**
 * @param {string} base the folder that holds server/ and the others
 * @returns {Promise<{ modules: number, violations: { rule: string, from: string, to: string }[], report: string }>}
 *   how many of our own files were looked at, what breaks which rule, and the same as readable text
 */
export async function checkLayers(base) {
  const { options, ...ruleSet } = configuration;
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(join(base, folder))),
    { ...options, baseDir: base, ruleSet, validate: true },
    {},
    { tsConfig: extractTsConfig(join(root, 'tsconfig.json')) },
  );
  if (typeof output === 'string') throw new Error(output);
  const own = new RegExp(`^(${FOLDERS.join('|')})/.*\\.tsx?$`);
  const { output: report } = await format(output, { outputType: 'err-long' });
  return {
    modules: output.modules.filter(({ source, followable }) => own.test(source) && followable !== false)
      .length,
    violations: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    report: String(report).trim(),
  };
}

if (isProgram(import.meta.url)) {
  const { modules, violations, report } = await checkLayers(root);
  if (violations.length > 0) say(report);
  else if (modules === 0) say('No module was looked at: the check itself is broken.');
  else console.log(`${modules} modules, and none imports what it should not.`);
  if (violations.length > 0 || modules === 0) process.exitCode = 1;
}
