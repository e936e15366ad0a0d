// The native end of containers: build/native-release/tests/container_tool.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const candidates = [process.env.FERRITE_CONTAINER_TOOL, ...['native-release', 'native-debug'].map(
  (preset) => join(root, `build/${preset}/tests/container_tool`))];
const tool = candidates.find((file) => file && existsSync(file));
if (!tool) throw new Error('container_tool was not built');

/** As the tool's argument. */
const keyArgument = (key) => (key === undefined ? []
  : 'passphrase' in key ? [`pass:${key.passphrase}`] : [`hex:${Buffer.from(key.raw).toString('hex')}`]);

/** Files that last as long as `use`. */
function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'ferrite-container-'));
  try {
    return use((name, bytes) => {
      const file = join(folder, name);
      if (bytes) writeFileSync(file, bytes);
      return file;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args) {
  try {
    return JSON.parse(execFileSync(tool, args, { encoding: 'utf8' }));
  } catch (error) {
    if (!error.stdout) throw error;
    return JSON.parse(error.stdout);
  }
}

const transform = (command) => (bytes, { key, base, stored } = {}) => inFolder((file) => {
  const args = [command, file('in', bytes), file('out'), ...keyArgument(key)];
  if (base) args.push('--base', file('base', base.plain), base.id);
  if (stored) args.push('--stored');
  const answer = run(args);
  return answer.error ? answer : { ...answer, bytes: readFileSync(file('out')) };
});

/** {id, seconds, bytes: the container}; `base` is {plain, id}. */
export const writeNatively = transform('write');
/** {id, seconds, bytes: the plain file} or {error}. */
export const readNatively = transform('read');
