/**
 * Structured clones as bytes, for what travels between processes.
 *
 * @module
 */
type V8 = typeof import("node:v8");

/** With this byte V8's own format begins, and no JSON. */
const v8Format = 0xff;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A new process would take a third longer to start with it, and many need no more than JSON. */
let v8: V8 | undefined;

/**
 * The value as bytes, or as a text that has yet to become bytes. Lists, records, texts and numbers go as
 * JSON: V8's serializer takes twenty times as long for a small object, until the garbage of its serializers
 * is collected.
 *
 * @throws {DOMException} `DataCloneError`, if the value cannot travel.
 */
export function serialize(value: unknown): string | Uint8Array {
  return toJson(value) ?? toClone(value);
}

/** The value as JSON; nothing if it needs more than that. */
export function toJson(value: unknown): string | undefined {
  return isPlain(value) ? JSON.stringify(value) : undefined;
}

/**
 * The value as bytes.
 *
 * @throws {DOMException} `DataCloneError`, if the value cannot travel.
 */
export function encode(value: unknown): Uint8Array {
  const serialized = serialize(value);
  return typeof serialized === "string" ? encoder.encode(serialized) : serialized;
}

/**
 * Whether JSON gives back the same value: there are no objects of any class in it. Where `most` is given, a
 * value of more objects, or with a longer list or text, is not looked through.
 *
 * @throws {DOMException} `DataCloneError`, if it has parts that cannot be looked at.
 */
export function isPlain(value: unknown, most?: number): boolean {
  try {
    return isJson(value, most);
  } catch (error) {
    throw new DOMException((error as Error).message, "DataCloneError");
  }
}

function toClone(value: unknown): Uint8Array {
  try {
    v8 ??= globalThis.process.getBuiltinModule("node:v8");
    // What `serialize` of the same module makes would rebuild every view on one buffer.
    const serializer = new v8.Serializer();
    serializer.writeHeader();
    serializer.writeValue(value);
    return serializer.releaseBuffer();
  } catch (error) {
    throw new DOMException((error as Error).message, "DataCloneError");
  }
}

/** Loads what it takes to encode the value, which `encode` itself does in a slower way. */
export async function prepare(value: unknown): Promise<void> {
  try {
    if (value !== undefined && !isJson(value)) v8 ??= await import("node:v8");
  } catch {
    // It has parts that cannot be looked at: `encode` says so.
  }
}

/** The value that was encoded, or a promise of it if V8's part has to be loaded for it first. */
export function decode(bytes: Uint8Array): unknown {
  if (bytes[0] !== v8Format) return JSON.parse(decoder.decode(bytes));
  return v8 ? decodeClone(v8, bytes) : import("node:v8").then((loaded) => {
    return decodeClone(v8 = loaded, bytes);
  });
}

/** The value that was encoded, at once: V8's part is loaded in the slower way. */
export function decodeNow(bytes: Uint8Array): unknown {
  if (bytes[0] === v8Format) v8 ??= globalThis.process.getBuiltinModule("node:v8");
  return decode(bytes);
}

function decodeClone({ Deserializer }: V8, bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Whether JSON gives back the same value. It knows no object that comes twice. */
function isJson(value: unknown, most = Infinity, seen?: Set<unknown>): boolean {
  switch (typeof value) {
    case "string":
      return value.length <= most;
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      return value === null || isJsonObject(value, most, seen);
    default:
      return false;
  }
}

function isJsonObject(value: object, most: number, seen = new Set<unknown>()): boolean {
  if (seen.has(value) || seen.size === most) return false;
  seen.add(value);
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    return prototype === Array.prototype && value.length <= most && isPlainList(value, most, seen);
  }
  return prototype === Object.prototype &&
    Reflect.ownKeys(value).every((key) =>
      typeof key === "string" && key !== "toJSON" && key !== "__proto__" &&
      isJson((value as Record<string, unknown>)[key], most, seen)
    );
}

/** Its keys would be as many texts, so the values are counted. A hole is undefined, which is no JSON. */
function isPlainList(list: unknown[], most: number, seen: Set<unknown>): boolean {
  if (Object.values(list).length !== list.length) return false;
  for (const item of list) if (!isJson(item, most, seen)) return false;
  return true;
}
