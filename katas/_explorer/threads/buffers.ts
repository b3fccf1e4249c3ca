/**
 * Shared buffers as the program under exploration knows them. A real one never gets into its hands: with that
 * the runtime's own functions could reach the memory, and nobody would see it.
 */
import { exploration, refuse } from "./exploration.ts";
import { RealProxy } from "./proxies.ts";

/** The real one, taken before any stand-in is put in its place. */
export const RealSharedArrayBuffer = globalThis.SharedArrayBuffer;

const standIns = new WeakMap<SharedArrayBuffer, object>();
const realBuffers = new WeakMap<object, SharedArrayBuffer>();

/** The real buffer behind a stand-in; whatever else is given comes back. */
export function realBuffer(value: unknown): unknown {
  return realBuffers.get(value as object) ?? value;
}

/** Whether it stands in for a buffer. */
export function isBufferStandIn(value: unknown): boolean {
  return realBuffers.has(value as object);
}

/** Refuses what reaches shared memory where nobody sees it. */
export function refuseUnseen(how: string): never {
  return refuse(
    `Shared memory is reached in a way that the explorer cannot see: ${how}. Read the elements of typed ` +
      "arrays that are taken by their own names, as `new Int32Array(buffer)`",
  );
}

/** Says that a thread keeps something in a field of what stands in for memory. */
export function refuseField(key: PropertyKey): never {
  return refuse(
    `A thread changed the field ${
      String(key)
    } of a buffer or of a typed array, which is in no shared ` +
      "memory, so no other thread would see it. All state must live in the shared buffer",
  );
}

/** What the runtime asks an object for that it takes for a list. */
const asList = new Set<PropertyKey>(["length", Symbol.iterator]);

/** A buffer that only the stand-ins of this program can open. */
export function standInForBuffer(real: SharedArrayBuffer): SharedArrayBuffer {
  let standIn = standIns.get(real);
  if (standIn) return standIn as SharedArrayBuffer;
  standIn = new RealProxy(real, {
    get(target, key) {
      if (key === "slice") return sliceOf(target);
      if (asList.has(key) && exploration) {
        refuseUnseen(
          "a buffer was opened by a name or a class from before, or by another function",
        );
      }
      const value = Reflect.get(target, key, target);
      return key === "grow" ? value.bind(target) : value;
    },
    set: (target, key, value) =>
      exploration?.run ? refuseField(key) : Reflect.set(target, key, value, target),
    defineProperty: (target, key, descriptor) =>
      exploration?.run ? refuseField(key) : Reflect.defineProperty(target, key, descriptor),
  });
  standIns.set(real, standIn);
  realBuffers.set(standIn, real);
  return standIn as SharedArrayBuffer;
}

function sliceOf(real: SharedArrayBuffer) {
  return (start?: number, end?: number): SharedArrayBuffer => {
    if (exploration?.run) refuseUnseen("`slice` of a buffer copies it");
    const copy = real.slice(start, end);
    return exploration && adopt(copy) ? standInForBuffer(copy) : copy;
  };
}

/** Why a thread cannot have memory of its own. */
export const foreignMemory =
  "A thread made or found shared memory that is not the program's: use the buffer that it was handed, " +
  "and make that in `shared`";

const madeBefore =
  "Shared memory was made before the exploration, or by a name from before: make it inside of the function " +
  "`shared`, as `new SharedArrayBuffer(size)`";

/**
 * Takes a buffer into the exploration, and returns whether it is part of it. Only setup may bring one, a `new`
 * one; what assertions make is their own.
 */
export function adopt(buffer: SharedArrayBuffer, isNew = true): boolean {
  const { memory, run, isSealed } = exploration!;
  if (memory.has(buffer)) return true;
  if (run) refuse(foreignMemory);
  if (isSealed) return false;
  if (!isNew) refuse(madeBefore);
  if (buffer.growable) refuse("A buffer that can grow cannot be explored: give it its size");
  memory.add(buffer);
  return true;
}

/** A function that makes text of values, for threads: what it would show of shared memory nobody sees it read. */
export function showing<Args extends unknown[]>(show: (...args: Args) => string, name: string) {
  return new RealProxy(show, {
    apply(_, self, args: Args) {
      if (!exploration?.run) return Reflect.apply(show, self, args);
      const { memory } = exploration;
      const before = memory.copy();
      const [text, other] = [0, -1].map((word) => {
        memory.restore(before.map(() => word));
        try {
          return Reflect.apply(show, self, args);
        } finally {
          memory.restore(before);
        }
      });
      return text === other ? text : refuseUnseen(`\`${name}\` shows it`);
    },
  });
}
