// Loads a TypeScript module of the package as it is bundled for the browser.
import { build } from 'esbuild';

import { root } from '../../support/load-module.mjs';

export async function importTs(path) {
  const { outputFiles } = await build({
    entryPoints: [`${root}${path}`], bundle: true, format: 'esm', target: 'es2022', write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
