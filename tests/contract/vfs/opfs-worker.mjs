// Runs the storage contract in a dedicated worker over real OPFS handles and
// posts one { name, error } per entry, then { done: true }.
import createVfsModule from '/build/wasm-release/vfs/vfs_module.js';
import { contract } from './contract.mjs';

const text = (value) =>
  JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) ? `bytes:${Array.from(part)}` : part,
  );

const check = {
  ok(value) {
    if (!value) throw new Error(`not ok: ${value}`);
  },
  equal(actual, expected) {
    if (text(actual) === text(expected)) return;
    const brief = (value) => text(value).slice(0, 200);
    throw new Error(`${brief(actual)} instead of ${brief(expected)}`);
  },
};

class OpfsFiles extends Map {
  static async open(folder) {
    const files = new OpfsFiles();
    const handle = async (name) => {
      const file = await folder.getFileHandle(name, { create: true });
      return file.createSyncAccessHandle();
    };
    files.set('app.db', await handle('app.db'));
    files.set('app.db-journal', await handle('app.db-journal'));
    // Opened beforehand, as every handle must be.
    files.spare = await handle('spare');
    return files;
  }

  create() {
    return this.spare;
  }

  close() {
    for (const handle of new Set([...this.values(), this.spare])) {
      handle.close();
    }
  }
}

async function runEntry([, body], index) {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(`contract-${index}`, {
    create: true,
  });
  const module = await createVfsModule();
  const files = await OpfsFiles.open(folder);
  module.ferriteFiles = files;
  try {
    await body({ module, files, check });
  } finally {
    files.close();
  }
}

for (const [index, entry] of contract.entries()) {
  let error = null;
  try {
    await runEntry(entry, index);
  } catch (cause) {
    error = String(cause?.stack ?? cause);
  }
  postMessage({ name: entry[0], error });
}
postMessage({ done: true });
