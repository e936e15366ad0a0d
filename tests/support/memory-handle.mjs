// A FileSystemSyncAccessHandle over memory, which can be told to fail.
//
// `durable` holds what a flush has made safe: what a power cut would leave at
// least. `calls` counts, so that coalescing can be seen.
export class MemoryHandle {
  constructor(bytes = new Uint8Array(0)) {
    this.bytes = bytes.slice();
    this.durable = bytes.slice();
    this.calls = { read: 0, write: 0, truncate: 0, getSize: 0, flush: 0 };
    // Most bytes the "disk" takes; what a write over it does, by browser.
    this.quota = Infinity;
    this.overQuota = 'chromium';
    // Method name to the error it throws.
    this.throws = {};
  }

  #enter(method) {
    this.calls[method]++;
    if (this.throws[method]) throw this.throws[method];
  }

  #resize(size) {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, size));
    this.bytes = bytes;
  }

  read(view, { at = 0 } = {}) {
    this.#enter('read');
    const part = this.bytes.subarray(at, at + view.byteLength);
    view.set(part);
    return part.byteLength;
  }

  write(view, { at = 0 } = {}) {
    this.#enter('write');
    const end = at + view.byteLength;
    if (end > this.quota && end > this.bytes.byteLength) {
      return this.#writeOverQuota(view, at);
    }
    if (end > this.bytes.byteLength) this.#resize(end);
    this.bytes.set(view, at);
    return view.byteLength;
  }

  #writeOverQuota(view, at) {
    switch (this.overQuota) {
      case 'chromium':
        return 4294967288;
      case 'negative':
        return -8;
      case 'throws':
        throw new DOMException('no space', 'QuotaExceededError');
      case 'short': {
        const room = Math.max(0, this.quota - at);
        if (at + room > this.bytes.byteLength) this.#resize(at + room);
        this.bytes.set(view.subarray(0, room), at);
        return room;
      }
    }
  }

  truncate(size) {
    this.#enter('truncate');
    this.#resize(size);
  }

  getSize() {
    this.#enter('getSize');
    return this.bytes.byteLength;
  }

  flush() {
    this.#enter('flush');
    this.durable = this.bytes.slice();
  }

  close() {}
}
