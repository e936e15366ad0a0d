/**
 * A text that two values share exactly when an app cannot tell them apart: types, -0, NaN, holes, undefined, lone
 * surrogates, the bytes and types of Blobs, the order inside Map and Set, and shared references all count. The order
 * of an object's properties does not.
 */
export async function serialise(value: unknown): Promise<string> {
  const writer = new Writer();
  await writer.write(value);
  return writer.text();
}

class Writer {
  private readonly parts: string[] = [];
  private readonly seen = new Map<object, number>();

  text(): string {
    return this.parts.join("");
  }

  async write(value: unknown): Promise<void> {
    if (typeof value === "object" && value !== null) return this.object(value);
    this.parts.push(scalar(value));
  }

  private async object(value: object): Promise<void> {
    const earlier = this.seen.get(value);
    if (earlier !== undefined) {
      this.parts.push(`ref#${earlier}`);
      return;
    }
    this.seen.set(value, this.seen.size);
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Map) return this.list("Map", [...value].flat());
    if (value instanceof Set) return this.list("Set", [...value]);
    if (value instanceof Blob) return this.blob(value);
    if (value instanceof Date) this.parts.push(`Date(${value.getTime()})`);
    else if (value instanceof RegExp) this.parts.push(`RegExp(${quote(value.source)},${value.flags})`);
    else if (value instanceof Error) this.parts.push(`${value.name}(${quote(value.message)},${quote(value.stack ?? "")})`);
    else if (value instanceof ArrayBuffer) this.parts.push(`ArrayBuffer(${hex(new Uint8Array(value))})`);
    else if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      this.parts.push(`${tag(value)}(${hex(bytes)})`);
    } else return this.plain(value as Record<string, unknown>);
  }

  private async array(value: readonly unknown[]): Promise<void> {
    this.parts.push(`Array${value.length}[`);
    for (let i = 0; i < value.length; i++) {
      if (i in value) await this.write(value[i]);
      else this.parts.push("hole");
      this.parts.push(",");
    }
    this.parts.push("]");
  }

  private async list(name: string, items: readonly unknown[]): Promise<void> {
    this.parts.push(`${name}${items.length}(`);
    for (const item of items) {
      await this.write(item);
      this.parts.push(",");
    }
    this.parts.push(")");
  }

  private async blob(value: Blob): Promise<void> {
    const file = value instanceof File ? `${quote(value.name)},${value.lastModified},` : "";
    this.parts.push(`${tag(value)}(${file}${quote(value.type)},${hex(new Uint8Array(await value.arrayBuffer()))})`);
  }

  private async plain(value: Record<string, unknown>): Promise<void> {
    const proto = tag(value);
    if (proto !== "Object") throw new TypeError(`No serialisation for ${proto}`);
    this.parts.push("{");
    for (const name of Object.keys(value).sort()) {
      this.parts.push(quote(name), ":");
      await this.write(value[name]);
      this.parts.push(",");
    }
    this.parts.push("}");
  }
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "bigint":
      return `${value}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "undefined":
    case "boolean":
      return String(value);
    default:
      if (value === null) return "null";
      throw new TypeError(`No serialisation for a ${typeof value}`);
  }
}

/** JSON escapes lone surrogates, so the text stays well formed and reaches the hash unchanged. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function tag(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
