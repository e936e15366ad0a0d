// Asks the official build, in a worker, for what a store holds.
function readWithOfficial(name: string, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker('./official-worker.js', { type: 'module' });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (data.error === undefined) resolve(data.rows);
      else reject(new Error(data.error));
    };
    worker.postMessage({ name, sql });
  });
}

Object.assign(window, { readWithOfficial });
