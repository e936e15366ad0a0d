// The hash over a whole file's plain bytes, group by group: 32 zero bytes, then
// for each group SHA-256(hash so far, SHA-256(group)). One-shot hashes, which
// are all that WebCrypto has, suffice.
import { sha256, type Bytes } from './bytes.js';

export class PlainHash {
  value: Bytes = new Uint8Array(32);

  async add(group: Bytes): Promise<void> {
    this.value = await sha256(this.value, group);
  }
}
