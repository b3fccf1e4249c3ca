/** Writes down the values of variables, so that two that behave alike are written alike. */

import { heldBy, isConstantClass } from "./natives.ts";
import { meet } from "./strangers.ts";

/** Stands for what no probe can read. */
export const opaque = Symbol("opaque");
/** Stands for a private field that an object does not have. */
export const none = Symbol("none");

// Taken before any stand-in is put in its place.
const RealUint8Array = Uint8Array;

type Read<Of> = (of: Of) => unknown[];

interface Made {
  site: number;
  captured: () => unknown[];
}

interface Owner {
  fields: Read<object>;
  statics: Read<object>;
}

const madeFunctions = new WeakMap<object, Made>();
const owners = new WeakMap<object, Owner>();
/** Functions and prototypes that last: they are there before a run begins, and the same in each. */
const lasting = new WeakMap<WeakKey, number>();
let lastLasting = 0;
/** Writes down what the explorer itself hands to threads. */
const describers: ((value: object) => string | null)[] = [];

/** Adds a way to write an object down. */
export function describe(describer: (value: object) => string | null): void {
  describers.push(describer);
}

/** Tell objects that cannot change while threads run. */
const constants: ((value: object) => boolean)[] = [];

/** Adds a way to tell that an object cannot change while threads run. */
export function describeConstants(isConstant: (value: object) => boolean): void {
  constants.push(isConstant);
}

/** Tells what lies outside of threads' bodies, which no thread may change. */
let liesOutside: (value: object) => boolean = () => false;

/** Says how to tell that. */
export function describeOutside(doesLieOutside: (value: object) => boolean): void {
  liesOutside = doesLieOutside;
}

/** Whether an object cannot change while threads run. */
export function isConstant(value: object): boolean {
  return constants.some((isConstant) => isConstant(value));
}

/** What code with probes tells about its values. */
export const known = {
  /** A function was made at this site; `captured` reads the variables that it holds on to. */
  made<T extends object>(site: number, captured: () => unknown[], it?: T): T {
    madeFunctions.set(it!, { site, captured });
    return it!;
  },

  /** An object was made whose methods hold on to variables. */
  methods<T extends object>(site: number, captured: () => unknown[], it: T): T {
    for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(it))) {
      for (const method of [value, get, set]) {
        if (typeof method !== "function" || madeFunctions.has(method)) continue;
        madeFunctions.set(method, { site, captured: () => [method.name, ...captured()] });
      }
    }
    return it;
  },

  /** A class was made; the functions read the private fields of an object and of the class. */
  owner(it: { prototype: object }, fields: Read<object>, statics: Read<object>): void {
    owners.set(it.prototype, { fields, statics });
  },

  /** A variable that may not be there yet. */
  maybe(read: () => unknown): unknown {
    try {
      return read();
    } catch {
      return none;
    }
  },

  /**
   * A variable that its function does not ask for again. An object may still matter to those who hold it
   * elsewhere.
   */
  dead(value: unknown): unknown {
    const isObject = typeof value === "object" && value !== null || typeof value === "function";
    return isObject || typeof value === "symbol" ? value : none;
  },

  /** What a loop goes through. Of a list the loop's count tells the rest. */
  each(list: unknown): unknown {
    const isList = Array.isArray(list) || typeof list === "string" || ArrayBuffer.isView(list);
    return isList ? list : opaque;
  },
};

/** Whether code with probes made it, or it is a Proxy. */
export function isMade(it: object): boolean {
  return madeFunctions.has(it);
}

/** The variables from outside that a function holds on to; none if it is not known how it was made. */
export function capturedBy(it: object): unknown[] {
  return madeFunctions.get(it)?.captured() ?? [];
}

/** Writes values down for one local state: the same object has the same number wherever it is met. */
export class Reader {
  /** Whether everything could be read so far. */
  isExact = true;
  /** What could not be read, if anything. */
  unread: unknown;
  /** The functions outside of threads' bodies in which no probes were found. */
  readonly strangers: object[] = [];
  /** All objects that were met outside. */
  readonly met: object[] = [];
  readonly #numbers = new Map<object, number>();
  readonly #isOutside: boolean;
  #open = new Set<object>();
  /** The functions whose fields are being written down. */
  readonly #within = new Set<object>();

  /**
   * What is outside of threads' bodies is read to see whether it changes: the bytes of any memory, and not what
   * they are a part of.
   */
  constructor({ isOutside = false }: { isOutside?: boolean } = {}) {
    this.#isOutside = isOutside;
  }

  /** The values as text. */
  read(values: readonly unknown[]): string {
    this.#open = new Set();
    return values.map((value) => this.#value(value)).join();
  }

  /** One more value, as text. What was written down before is named. */
  readOn(value: unknown): string {
    return this.#value(value);
  }

  #value(value: unknown): string {
    switch (typeof value) {
      case "number":
        return Object.is(value, -0) ? "-0" : String(value);
      case "string":
        return JSON.stringify(value);
      case "bigint":
        return `${value}n`;
      case "symbol":
        return this.#symbol(value);
      case "function":
      case "object":
        return value === null ? "null" : this.#reference(value);
      default:
        return String(value);
    }
  }

  #reference(value: object): string {
    if (this.#isOutside) this.met.push(value);
    else if (liesOutside(value)) return `i${lastingNumber(value)}`;
    return typeof value === "function" ? this.#function(value) : this.#object(value);
  }

  #symbol(value: symbol): string {
    if (value === none) return "none";
    if (value === opaque) return this.#unreadable(value);
    // A symbol that is made on the way is another one in each run.
    return Symbol.keyFor(value) === undefined ? `y${lastingNumber(value)}` : String(value);
  }

  /** The number of an object, and whether it is written down already. What lies outside has the same in each run. */
  #number(value: object): { name: string; isKnown: boolean } {
    let number = this.#isOutside ? lastingNumber(value) : this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, number = this.#numbers.size);
    const isKnown = this.#open.has(value);
    this.#open.add(value);
    return { name: `#${number}`, isKnown };
  }

  #function(value: object): string {
    const made = madeFunctions.get(value);
    if (!made) {
      // What such a function holds on to, nobody can tell.
      if (isBound(value)) return this.#unreadable(value);
      if (this.#isOutside) {
        const { unread, hasMemory } = meet(value);
        if (hasMemory) return this.#unreadable(value);
        if (unread) this.strangers.push(unread);
      }
      return `f${lastingNumber(value)}${this.#statics(value)}${this.#extras(value)}`;
    }
    const { name, isKnown } = this.#number(value);
    if (isKnown) return name;
    const captured = made.captured().map((part) => this.#value(part)).join();
    return `${name}f${made.site}(${captured})${this.#extras(value)}`;
  }

  /** What a function was given that others do not have. */
  #extras(value: object): string {
    const extras = Reflect.ownKeys(value).filter((key) => !everyFunctionHas.has(key));
    if (extras.length === 0) return "";
    // Of a class, what it was given is read with it, or does not change.
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
    // It may be a field of itself.
    if (prototype && !prototype.writable || this.#within.has(value)) return "";
    this.#within.add(value);
    const text = `{${this.#fields(value, extras)}}`;
    this.#within.delete(value);
    return text;
  }

  /** What a class was given: fields of its own, and of all its objects. */
  #statics(value: object): string {
    if (!this.#isOutside && liesOutside(value)) return "";
    const { prototype } = value as { prototype?: object };
    const owner = owners.get(prototype ?? value);
    if (!owner) return "";
    const own = dataOf(value);
    const shared = prototype ? dataOf(prototype) : [];
    if (own.length + shared.length === 0) return this.#list(owner.statics(value));
    const { name, isKnown } = this.#number(value);
    if (isKnown) return name;
    const fields = this.#fields(value, own) + (prototype ? this.#fields(prototype, shared) : "");
    return name + this.#list(owner.statics(value)) + fields;
  }

  #list(values: readonly unknown[]): string {
    return values.length === 0 ? "" : `<${values.map((value) => this.#value(value)).join()}>`;
  }

  #object(value: object): string {
    const { name, isKnown } = this.#number(value);
    if (isKnown) return name;
    for (const describe of describers) {
      const text = describe(value);
      if (text !== null) return name + text;
    }
    if (isConstant(value)) return `i${lastingNumber(value)}`;
    // A Proxy is asked nothing, as its own code would answer.
    const made = madeFunctions.get(value);
    if (made) return `${name}p${this.#list(made.captured())}`;
    return name + this.#contents(value);
  }

  #contents(value: object): string {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return `{${this.#own(value)}}`;
    if (prototype === Array.prototype && Array.isArray(value)) return `[${this.#own(value)}]`;
    if (value instanceof ArrayBuffer) return this.#bytes(value);
    return ArrayBuffer.isView(value) ? this.#view(value) : this.#instance(value);
  }

  #bytes(value: ArrayBuffer): string {
    if (value.resizable) return this.#unreadable(value);
    return `B[${new Uint8Array(value)}]`;
  }

  /** A view of memory that no other thread has. */
  #view(value: ArrayBufferView): string {
    if (this.#isOutside) {
      // The program's own memory may change.
      for (const describe of describers) {
        const text = describe(value.buffer);
        if (text !== null) return text;
      }
      return String(new RealUint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    if (!(value.buffer instanceof ArrayBuffer)) return this.#unreadable(value);
    const { constructor, byteOffset, byteLength, buffer } = value;
    return `${constructor.name}${byteOffset}+${byteLength}@${this.#value(buffer)}`;
  }

  /** An object of a class with probes or of one of the language's, or one that inherits from another. */
  #instance(value: object): string {
    const parts: string[] = [];
    let at: object | null = Object.getPrototypeOf(value);
    for (; at && owners.has(at); at = Object.getPrototypeOf(at)) {
      const { fields } = owners.get(at)!;
      parts.push(
        `o${lastingNumber(at)}${this.#list(fields(value))}${this.#statics(at.constructor)}`,
      );
    }
    parts.push(at ? this.#inherited(value, at) : "");
    return `${parts.join()}{${this.#own(value)}}`;
  }

  #inherited(value: object, prototype: object): string {
    if (prototype instanceof Error || prototype === Error.prototype) {
      return `E${lastingNumber(prototype)}`;
    }
    const held = heldBy(value, prototype);
    if (held) return `n${lastingNumber(prototype)}${this.#list(held)}`;
    if (isConstantClass(prototype)) return `i${lastingNumber(value)}`;
    // What has a constructor is a class, and may keep what nobody sees.
    if (Object.hasOwn(prototype, "constructor")) return this.#unreadable(value);
    return `^${this.#value(prototype)}`;
  }

  #own(value: object): string {
    const keys = Reflect.ownKeys(value);
    const read = value instanceof Error ? keys.filter((key) => key !== "stack") : keys;
    return (Object.isExtensible(value) ? "" : "!") + this.#fields(value, read);
  }

  #fields(owner: object, keys: readonly PropertyKey[]): string {
    let text = "";
    for (const key of keys) {
      const field = Object.getOwnPropertyDescriptor(owner, key)!;
      const { value, get, set, writable, enumerable, configurable } = field;
      const what = get || set ? `${this.#value(get)}/${this.#value(set)}` : this.#value(value);
      const isPlain = writable && enumerable && configurable;
      const flags = isPlain ? "" : `!${writable}${enumerable}${configurable}`;
      text += `${this.#value(key)}${flags}:${what},`;
    }
    return text;
  }

  #unreadable(value: unknown): string {
    this.isExact = false;
    this.unread ??= value;
    return "?";
  }
}

const everyFunctionHas = new Set<PropertyKey>([
  ...["length", "name", "prototype", "arguments", "caller"],
]);

/** The fields of a class or of a prototype that are no methods. */
function dataOf(it: object): PropertyKey[] {
  return Reflect.ownKeys(it).filter((key) => {
    if (key === "length" || key === "name" || key === "prototype") return false;
    const { value } = Object.getOwnPropertyDescriptor(it, key)!;
    return typeof value !== "function" && value !== undefined;
  });
}

/** Whether a function is made of another one by `bind`. */
function isBound(it: object): boolean {
  return /^bound /.test(Object.getOwnPropertyDescriptor(it, "name")?.value);
}

/** How many functions, symbols and prototypes were met that last. */
export function countLasting(): number {
  return lastLasting;
}

function lastingNumber(value: WeakKey): number {
  let number = lasting.get(value);
  if (number === undefined) lasting.set(value, number = ++lastLasting);
  return number;
}
