/**
 * Objects that travel to another process. A structured clone of an object has lost its class. An object
 * with the method that is named here says how it is made again in the other process, by its own class.
 *
 * @module
 */
import { isPlain } from "./encoding.ts";

/** Names the method by which an object says how it is made again in another process. */
export const depart: unique symbol = Symbol.for("@concurrency/katas depart") as never;

/** Names the static method of its class that makes it again there, or a promise of it. */
export const arrive: unique symbol = Symbol.for("@concurrency/katas arrive") as never;

/** What may travel: alone, or in the lists and records of a message or of arguments. */
export interface Travelling {
  /**
   * Says how it is made again. Changes nothing yet: another part of the message may be unable to travel.
   * What it throws is what the caller of `start` or `send` sees.
   */
  [depart](): Departure;
}

/** What an object says of its way to another process. */
export interface Departure {
  /** The URL of the module that exports its class: `import.meta.url`. */
  module: string;
  /** What the other side is given. It may hold objects that travel. */
  data: unknown;
  /** What a process that is started with it must be able to reach, as far as this one may. */
  needs?: Needs;
  /**
   * Called when it has departed. From now on it can be used up here. The promise settles when the other
   * process has ended, perhaps before it has arrived.
   */
  left?(ended: Promise<void>): void;
}

/** One path or address of each permission, as on the command line. */
export interface Needs {
  /** A path. */
  read?: string;
  /** A path. */
  write?: string;
  /** A host and port, or `unix:` and the path of a socket. */
  net?: string;
}

/** What is sent in the place of a value: plain data. */
export interface Parcel {
  value: unknown;
  /** Begins the texts that stand where objects are to be put. No value can hold it by chance. */
  mark?: string;
  /** What is in an object comes before it. */
  travellers?: { module: string; className: string; data: unknown }[];
}

/** A parcel that is ready, and what its way takes. */
export interface Packed {
  parcel: Parcel;
  needs: Needs[];
  /** Tells the objects that they have departed. */
  left(ended: Promise<void>): void;
}

/** Takes the objects that travel out of the value, which stays as it is. */
export function pack(value: unknown): Packed {
  if (isPlain(value)) return { parcel: { value }, needs: [], left() {} };
  const mark = crypto.randomUUID();
  const marks = new Map<unknown, string>();
  const travellers: Required<Parcel>["travellers"] = [];
  const departures: Departure[] = [];
  const take = (leaf: unknown): unknown => {
    if (!isTravelling(leaf)) return leaf;
    if (!marks.has(leaf)) {
      const departure = leaf[depart]();
      const data = withLeaves(departure.data, take);
      marks.set(leaf, mark + travellers.length);
      travellers.push({ module: departure.module, className: leaf.constructor.name, data });
      departures.push(departure);
    }
    return marks.get(leaf);
  };
  const packed = withLeaves(value, take);
  return {
    parcel: travellers.length > 0 ? { value: packed, mark, travellers } : { value },
    needs: departures.flatMap(({ needs = [] }) => needs),
    left: (ended) => departures.forEach((departure) => departure.left?.(ended)),
  };
}

/**
 * The value, with its objects made again.
 *
 * @throws {TypeError} If a class is not among the exports of its module, or cannot arrive.
 */
export async function unpack({ value, mark, travellers = [] }: Parcel): Promise<unknown> {
  if (mark === undefined) return value;
  const made: object[] = [];
  for (const { module, className, data } of travellers) {
    const arriving = (await import(module))[className];
    if (typeof arriving?.[arrive] !== "function") {
      throw new TypeError(
        `Cannot make a ${className} here: ${module} must export that class, with a static [arrive]`,
      );
    }
    made.push(await arriving[arrive](withObjects(data, mark, made)));
  }
  return withObjects(value, mark, made);
}

/**
 * Makes sure that the object travels in no other way. A structured clone drops private fields, so without
 * a field that it refuses it would make an empty shell of it.
 */
export function refuseClones(object: object): void {
  Object.defineProperty(object, "refusesToTravel", { value: () => {}, enumerable: true });
}

/** The value with its objects: each stands where the mark with its number is. */
export function withObjects(value: unknown, mark: string, objects: readonly unknown[]): unknown {
  return withLeaves(value, (leaf) => {
    const isMark = typeof leaf === "string" && leaf.startsWith(mark);
    return isMark ? objects[Number(leaf.slice(mark.length))] : leaf;
  });
}

/** A copy of the lists and records in the value, with everything else replaced. */
export function withLeaves(
  value: unknown,
  replace: (leaf: unknown) => unknown,
  copies: Map<unknown, object> = new Map(),
): unknown {
  if (!isListOrRecord(value)) return replace(value);
  const known = copies.get(value);
  if (known) return known;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? new Array(value.length) as object as Record<string, unknown>
    : {};
  copies.set(value, copy);
  for (const key of Object.keys(value)) copy[key] = withLeaves(value[key], replace, copies);
  return copy;
}

function isListOrRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

function isTravelling(value: unknown): value is Travelling {
  return typeof (value as Partial<Travelling> | null)?.[depart] === "function";
}
