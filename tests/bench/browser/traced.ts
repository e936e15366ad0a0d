// Notes when a worker of Ferrite does what, from the outside: it wraps the
// browser's interfaces and the engine's, so that the product itself carries
// no measuring points. Loaded in front of worker.js and reader.js.
export interface Span {
  worker: string;
  name: string;
  /** Milliseconds since performance.timeOrigin of 1970: one clock for all workers. */
  from: number;
  ms: number;
}

type Any = any;

const now = (): number => performance.timeOrigin + performance.now();

export function trace(worker: string): void {
  const channel = new BroadcastChannel('ferrite-trace');
  let spans: Span[] = [];
  const note = (name: string, from: number, to = now()): void => {
    spans.push({ worker, name, from, ms: to - from });
  };
  const send = (): void => {
    channel.postMessage(spans);
    spans = [];
  };
  channel.onmessage = ({ data }) => {
    if (data === 'collect') send();
  };
  // The reading worker is ended without a farewell.
  if (worker === 'reader') setInterval(send, 20);
  note('worker runs', performance.timeOrigin);

  const sync = (owner: Any, method: string, name = method, detail = (..._: Any[]): string => ''): void => {
    const original = owner?.[method];
    if (typeof original !== 'function') return;
    owner[method] = function (...parameters: Any[]) {
      const from = now();
      try {
        return original.apply(this, parameters);
      } finally {
        note(name + detail(...parameters), from);
      }
    };
  };
  const async = (owner: Any, method: string, name = method, detail = (..._: Any[]): string => ''): void => {
    const original = owner?.[method];
    if (typeof original !== 'function') return;
    owner[method] = function (...parameters: Any[]) {
      const from = now();
      const result = original.apply(this, parameters);
      Promise.resolve(result).then(() => note(name + detail(...parameters), from), () => note(`${name} failed`, from));
      return result;
    };
  };

  const g = globalThis as Any;
  async(g, 'fetch');
  for (const method of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']) async(WebAssembly, method, `wasm ${method}`);
  async(g.FileSystemFileHandle?.prototype, 'createSyncAccessHandle');
  async(g.FileSystemFileHandle?.prototype, 'getFile');
  async(g.FileSystemDirectoryHandle?.prototype, 'getFileHandle', 'getFileHandle', (file) => ` ${file}`);
  async(g.StorageManager?.prototype, 'getDirectory');
  async(g.LockManager?.prototype, 'query', 'locks.query');
  const handle = g.FileSystemSyncAccessHandle?.prototype;
  for (const method of ['flush', 'truncate', 'getSize', 'close']) sync(handle, method, `file ${method}`);
  sync(handle, 'write', 'file write', (bytes, options) => ` ${bytes.byteLength} at ${options.at}`);
  sync(handle, 'read', 'file read', (bytes) => ` ${bytes.byteLength}`);

  // The reading side: requests, taking clones apart, handling.
  for (const method of ['getAll', 'getAllKeys', 'count', 'openKeyCursor']) {
    const original = (IDBObjectStore.prototype as Any)[method];
    (IDBObjectStore.prototype as Any)[method] = function (...parameters: Any[]) {
      const from = now();
      const request: IDBRequest = original.apply(this, parameters);
      request.addEventListener('success', () => note(`idb ${method}`, from));
      return request;
    };
  }
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...parameters: [string, number?]) {
    const from = now();
    const request = open.apply(this, parameters);
    request.addEventListener('success', () => note('idb open', from));
    return request;
  };
  async(IDBFactory.prototype, 'databases', 'idb databases');
  const result = Object.getOwnPropertyDescriptor(IDBRequest.prototype, 'result')!;
  Object.defineProperty(IDBRequest.prototype, 'result', {
    ...result,
    get() {
      const from = now();
      const value = result.get!.call(this);
      if (now() - from > 0.1) note('idb take apart', from);
      return value;
    },
  });
  const onsuccess = Object.getOwnPropertyDescriptor(IDBRequest.prototype, 'onsuccess')!;
  Object.defineProperty(IDBRequest.prototype, 'onsuccess', {
    ...onsuccess,
    set(handler: (event: Event) => void) {
      onsuccess.set!.call(this, (event: Event) => {
        const from = now();
        handler(event);
        note('idb handler', from);
      });
    },
  });

  // Messages.
  const kind = (message: Any): string => ` ${message?.kind ?? ''}`;
  sync(g, 'postMessage', 'post', kind);
  sync(Worker.prototype, 'postMessage', 'tell reader', kind);
  addEventListener('message', ({ data }) => note(`heard${kind(data)}`, now()));
  const WorkerClass = g.Worker;
  g.Worker = class extends WorkerClass {
    constructor(url: Any, options: Any) {
      const from = now();
      super(url, options);
      note('new Worker', from);
      this.addEventListener('message', ({ data }: MessageEvent) => note(`from reader${kind(data)}`, now()));
    }
  };

  // The engine's worker gives the module its files: the moment to wrap the engine.
  Object.defineProperty(Object.prototype, 'ferriteFiles', {
    configurable: true,
    set(this: Any, files: unknown) {
      Object.defineProperty(this, 'ferriteFiles', { value: files, writable: true, configurable: true, enumerable: true });
      for (const method of ['openStore', 'closeStore', 'beginPass', 'step', 'apply', 'work', 'progress', 'report', 'planSources', 'endPass']) {
        sync(this.Engine.prototype, method, `engine ${method}`);
      }
      note('engine ready', now());
    },
  });
}
