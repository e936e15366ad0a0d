// The panel's end of the bridge into the inspected page.

import { bridgeName, type AssetName, type Call, type JobState, type Reply, type RunProgress, type Task, type TaskKind, type Tasks } from '../bridge/protocol.js';
import type { PanelError } from '../../panel/panel-state.js';
import { evaluate } from './inspected-page.js';

/** The page the client talked to is gone. */
export class PageGone extends Error {}

export class JobFailure extends Error {
  readonly fields: PanelError;

  constructor(fields: PanelError) {
    super(fields.message);
    this.fields = fields;
  }
}

const pollInterval = 100;
/** Multiple of 3, so that the pieces' base64 joins without padding. */
const pieceBytes = 384 * 1024;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const own = async (file: string): Promise<Response> => fetch(file);

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x2000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(binary);
}

/** One loaded page; a navigation ends it. */
export class BridgeClient {
  #session = crypto.randomUUID();
  #delivered: Promise<void> | undefined;

  async install(): Promise<void> {
    const script = await (await own('bridge.js')).text();
    // The value of a bundle is nothing that could be sent back.
    await evaluate(`${script}\n;true`);
  }

  async run<K extends TaskKind>(task: Task<K>, onJob: (job: BridgeJob) => void, onProgress: (progress: RunProgress) => void): Promise<Tasks[K][1]> {
    const { job } = (await this.#call({ call: 'begin', task: task as Task })) as { job: number };
    onJob({ cancel: () => void this.#call({ call: 'cancel', job }) });
    for (;;) {
      const state = (await this.#call({ call: 'poll', job })) as JobState;
      if (state.state === 'done') return state.value as Tasks[K][1];
      if (state.state === 'failed') throw new JobFailure(state.error);
      if (state.running) onProgress(state.running);
      await pause(pollInterval);
    }
  }

  /** Carries the engine into the page, once. */
  deliver(): Promise<void> {
    this.#delivered ??= Promise.all([
      this.#deliver('worker', 'worker.js'), this.#deliver('reader', 'reader.js'), this.#deliver('wasm', 'ferrite.wasm'),
    ]).then(() => {});
    return this.#delivered;
  }

  dispose(): void {
    this.#call({ call: 'dispose' }).catch(() => {});
  }

  async #deliver(name: AssetName, file: string): Promise<void> {
    const bytes = new Uint8Array(await (await own(file)).arrayBuffer());
    for (let part = 0; part * pieceBytes < bytes.length; part++) {
      const piece = bytes.subarray(part * pieceBytes, (part + 1) * pieceBytes);
      await this.#call({ call: 'asset', name, part, base64: base64Of(piece) });
    }
  }

  async #call(call: Call): Promise<Reply> {
    const place = `globalThis[Symbol.for(${JSON.stringify(bridgeName)})]`;
    const text = JSON.stringify(JSON.stringify(call));
    const reply = await evaluate<string | undefined>(`${place}?.(${JSON.stringify(this.#session)}, ${text})`);
    if (typeof reply !== 'string') throw new PageGone('The page is gone.');
    return JSON.parse(reply) as Reply;
  }
}

export interface BridgeJob {
  cancel(): void;
}
