// The JavaScript half of opfs_vfs.cc; the contract is in opfs_vfs.h.
//
// Functions answer 0 for success, 1 for failure and 2 for a full disk, or a
// number of bytes, -1 for failure. Offsets and sizes are doubles: exact up to
// 2^53, where a 64-bit integer would need BigInt at every call. The entries
// are `function`s because older Emscripten takes no arrows there.

const ferriteOpfsLibrary = {
  $FerriteFiles: {
    // What the ids given to C++ stand for: { name, handle } or undefined.
    open: [],

    decodeName: (pointer, length) =>
      new TextDecoder().decode(HEAPU8.slice(pointer, pointer + length)),

    attempt: (id, operation, action, failure) => {
      const { name, handle } = FerriteFiles.open[id];
      try {
        return action(handle);
      } catch (cause) {
        Module['ferriteFileError'] = { name, operation, cause };
        return failure(cause);
      }
    },

    failedOrFull: (cause) =>
      cause && cause.name === 'QuotaExceededError' ? 2 : 1,
  },

  ferrite_file_open__deps: ['$FerriteFiles'],
  ferrite_file_open: function (namePointer, nameLength) {
    const name = FerriteFiles.decodeName(namePointer, nameLength);
    const files = Module['ferriteFiles'];
    const handle = files && files.get(name);
    if (!handle) return -1;
    let id = FerriteFiles.open.indexOf(undefined);
    if (id < 0) id = FerriteFiles.open.length;
    FerriteFiles.open[id] = { name, handle };
    return id;
  },

  ferrite_file_release__deps: ['$FerriteFiles'],
  ferrite_file_release: function (id) {
    FerriteFiles.open[id] = undefined;
  },

  ferrite_file_read__deps: ['$FerriteFiles'],
  ferrite_file_read: function (id, data, size, offset) {
    const read = FerriteFiles.attempt(
      id,
      'read',
      (handle) =>
        handle.read(HEAPU8.subarray(data, data + size), { at: offset }),
      () => -1,
    );
    return read >= 0 && read <= size ? read : -1;
  },

  ferrite_file_write__deps: ['$FerriteFiles'],
  ferrite_file_write: function (id, data, size, offset) {
    const bytes = HEAPU8.subarray(data, data + size);
    return FerriteFiles.attempt(
      id,
      'write',
      // A full quota does not throw: Chromium answers 4294967288, Firefox a
      // short count.
      (handle) => (handle.write(bytes, { at: offset }) === size ? 0 : 2),
      FerriteFiles.failedOrFull,
    );
  },

  ferrite_file_truncate__deps: ['$FerriteFiles'],
  ferrite_file_truncate: function (id, size) {
    return FerriteFiles.attempt(
      id,
      'truncate',
      (handle) => (handle.truncate(size), 0),
      FerriteFiles.failedOrFull,
    );
  },

  ferrite_file_flush__deps: ['$FerriteFiles'],
  ferrite_file_flush: function (id) {
    return FerriteFiles.attempt(
      id,
      'flush',
      (handle) => (handle.flush(), 0),
      FerriteFiles.failedOrFull,
    );
  },

  ferrite_file_size__deps: ['$FerriteFiles'],
  ferrite_file_size: function (id) {
    return FerriteFiles.attempt(
      id,
      'getSize',
      (handle) => handle.getSize(),
      () => -1,
    );
  },

  ferrite_random_bytes: function (data, size) {
    // getRandomValues refuses more than 65536 bytes at once.
    for (let done = 0; done < size; done += 65536) {
      crypto.getRandomValues(
        HEAPU8.subarray(data + done, data + Math.min(size, done + 65536)),
      );
    }
  },

  ferrite_unix_milliseconds: function () {
    return Date.now();
  },
};

if (typeof addToLibrary === 'function') {
  addToLibrary(ferriteOpfsLibrary);
} else {
  mergeInto(LibraryManager.library, ferriteOpfsLibrary);
}
