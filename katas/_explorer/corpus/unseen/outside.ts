/** State that threads keep outside of the shared memory, in each kind of object. */
import { EventEmitter } from "node:events";
import { assertEquals } from "@std/assert";
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";

const key = {};
const weakMap = new WeakMap([[key, 0]]);
const weakSet = new WeakSet();
const date = new Date(0);
const pattern = /a/g;
const url = new URL("https://host/");
const parameters = new URLSearchParams();
const buffer = new ArrayBuffer(8);
const list = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].values();
const helped = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].values().map((n) => n);
const held = Symbol("held");
const bySymbol = { [held]: 0 };
const registered = { [Symbol.for("held")]: 0 };
const parent = { count: 0 };
const heir = Object.create(parent);
const boxed = Object.assign(new Number(1), { count: 0 });
const failed = new Error("0");
const proxied = new Proxy({ count: 0 }, {});
const controller = { it: new AbortController() };
const target = new EventTarget();
const headers = new Headers();
// deno-lint-ignore no-explicit-any
const secretive: any = new Proxy({}, { get: counter() });
const secretiveFunction = new Proxy(counter(), {});
const secretiveClass = new Proxy(class {}, { construct: () => Object(countMade()) });
const countMade = counter();
const emitter = new EventEmitter();
/** `(global $n (mut i32)) (func (export "tick") (global.set $n (i32.add (global.get $n) (i32.const 1))))`. */
const module = new WebAssembly.Module(Uint8Array.fromHex(
  "0061736d0100000001040160000003020100060601" +
    "7f0141000b07080104" + "7469636b00000a0b010900230041016a24000b",
));
const { tick } = new WebAssembly.Instance(module).exports as { tick: () => void };
let seen = 0;
for (
  const [owner, key] of [[globalThis, "countAll"], [Array.prototype, "countAll"]] as const
) Object.defineProperty(owner, key, { value: counter(), configurable: true });
Object.defineProperty(globalThis, "countsItself", { get: counter(), configurable: true });
target.addEventListener("a", () => seen++);

function* numbers(): Generator<number> {
  for (let i = 0;; i++) yield i;
}
const generator = numbers();

class Counts extends Map<string, number> {}
const counts = new Counts([["a", 0]]);

class Static {
  static #count = 0;
  static count(): number {
    return this.#count++;
  }
}

class Private {
  #count = 0;
  count(): number {
    return this.#count++;
  }
}
const instance = new Private();
const count = instance.count.bind(instance);
const countAgain = counter();
const methods = { it: counter() };

function counter(): () => number {
  let n = 0;
  return () => n++;
}

class Listed extends Array<number> {}
const listed = new Listed();

/** What no code can read. */
const unreadable = new Set([
  ...[
    "a WeakMap",
    "a WeakSet",
    "the iterator of a list",
    "the helper of an iterator",
    "a generator",
  ],
  ...["what is aborted", "who listens", "an emitter", "a function of WebAssembly"],
]);

const kinds: Record<string, () => unknown> = {
  "a WeakMap": () => weakMap.set(key, weakMap.get(key)! + 1),
  "a WeakSet": () => weakSet.has(key) ? weakSet.delete(key) : weakSet.add(key),
  "a Date": () => date.setTime(date.getTime() + 1),
  "a pattern that goes on": () => pattern.exec("aaa"),
  "a URL": () => url.pathname += "a",
  "parameters": () => parameters.append("a", "b"),
  "a buffer": () => new Uint8Array(buffer)[0]++,
  "the iterator of a list": () => list.next().value,
  "the helper of an iterator": () => helped.next().value,
  "a generator": () => generator.next().value,
  "a field by a symbol": () => bySymbol[held]++,
  "a field by a symbol that is known": () => registered[Symbol.for("held")]++,
  "a field of the object before": () => parent.count++ + heir.count,
  "an inherited field": () => Object.getPrototypeOf(heir).count++,
  "a boxed number": () => boxed.count++,
  "an error": () => failed.message += "0",
  "a Proxy": () => proxied.count++,
  "what is aborted": () => controller.it.signal.aborted || controller.it.abort(),
  "who listens": () => target.dispatchEvent(new Event("a")) && seen,
  "the handler of a Proxy": () => secretive.held,
  "a Proxy of a function": () => secretiveFunction(),
  "a Proxy of a class": () => new secretiveClass(),
  "a function of globalThis": () => Reflect.get(globalThis, "countAll")(),
  "a getter of globalThis": () => Reflect.get(globalThis, "countsItself"),
  "a method of all lists": () => Reflect.get([], "countAll")(),
  "an emitter": () => emitter.on("a", () => {}),
  "a function of WebAssembly": () => tick(),
  "headers": () => headers.append("a", "b"),
  "a class of maps": () => counts.set("a", counts.get("a")! + 1),
  "a class of lists": () => listed.push(1),
  "a static private field": () => Static.count(),
  "a private field": () => instance.count(),
  "a bound method": () => count(),
  "a function that counts": () => countAgain(),
  "a function that counts, in an object": () => methods.it(),
};

// deno-lint-ignore no-explicit-any
type Fields = any;

/** What is said of two threads that do it between two looks at the memory. */
function claimOf(says: string, act: (thread: Fields) => unknown): Claim {
  return claim(says, {
    shared: () => ({ m: cells(2) }),
    threads: 2,
    run({ m }, thread) {
      Atomics.load(m, 0);
      act(thread);
      Atomics.load(m, 0);
    },
  });
}

export const outside: Record<string, Claim> = Object.fromEntries(
  Object.entries(kinds).map(([name, change]) => [
    name,
    claimOf(unreadable.has(name) ? "A thread may use " : "A thread changed ", change),
  ]),
);

class Alone {
  hit(): void {
    const own = this.constructor as Fields;
    own.count = (own.count ?? 0) + 1;
  }
}

class Parent {
  hit(): void {
    const prototype = Object.getPrototypeOf(this);
    prototype.count = (prototype.count ?? 0) + 1;
  }
}

class Plain {}

class BoundOnce {
  #count = 0;
  readonly hit: () => number;
  constructor() {
    this.hit = this.#hit.bind(this);
  }
  #hit(): number {
    return this.#count++;
  }
}
const boundOnce = new BoundOnce();

function helper(): void {}
const arrow = () => {};
function bump(it: Fields): void {
  it.count = (it.count ?? 0) + 1;
}

/** Each does something with what it is handed that lasts longer than its run. */
const reaching: Record<string, (thread: Fields) => unknown> = {
  "a field of the class of an object": () => new Alone().hit(),
  "a field of the prototype of a class": () => new Parent().hit(),
  "a field of a prototype by its name": () => bump(Plain.prototype),
  "a field of a class that is handed on": () => bump(Plain),
  "a field of a function that is handed on": () => bump(helper),
  "a field of an arrow that is handed on": () => bump(arrow),
  "a function of a list": () => [helper].forEach(bump),
  "a method that was bound": () => boundOnce.hit(),
  "a field of import.meta": () => bump(import.meta),
  "a field of import.meta by its name": () =>
    (import.meta as Fields).held = !(import.meta as Fields).held,
};

for (const [name, act] of Object.entries(reaching)) {
  outside[name] = claimOf("A thread changed ", act);
}

outside["a field of what a thread gets"] = claimOf(
  "Thread A threw TypeError: Cannot add property",
  bump,
);

outside["a field of the body itself"] = claim("A thread changed the body of a thread", {
  shared: () => ({ m: cells(2) }),
  threads: 2,
  run: function body({ m }) {
    Atomics.load(m, 0);
    bump(body);
    Atomics.load(m, 0);
  },
});

outside["a function that `shared` made"] = claim("A thread changed next", {
  shared() {
    let n = 0;
    return { m: cells(2), next: () => n++ };
  },
  threads: 2,
  run({ m, next }) {
    Atomics.load(m, 0);
    next();
    Atomics.load(m, 0);
  },
});

outside["a bound method that changes nothing"] = claim("proved: all 2 schedules", {
  shared() {
    const m = cells(2);
    const hit = (at: number) => void Atomics.add(m, at, 1);
    return { hit: hit.bind(null, 1) };
  },
  threads: 2,
  run: ({ hit }) => hit(),
});

/** Of two bodies each holds on to variables of its own. */
function twoBodies(): Claim {
  let isOdd = false;
  const last = 0;
  return claim("A thread changed a variable that the body of a thread takes from outside", {
    shared: () => ({ m: cells(2) }),
    threads: {
      A: ({ m }) => {
        Atomics.load(m, 0);
        isOdd = !isOdd;
        Atomics.load(m, 0);
      },
      B: ({ m }) => Atomics.load(m, last),
    },
  });
}

outside["a variable that the first of two bodies takes from outside"] = twoBodies();

let lent = 0;
const lender = { lent: 0 };

/** What a thread changes, and puts back before it is stopped again, may be in the middle of an expression. */
function putBack(use: (m: Int32Array) => number): Claim {
  return claim("Thread A threw AssertionError: Values are not equal: 3", {
    shared: () => ({ m: cells(2) }),
    threads: {
      A: ({ m }) => assertEquals(use(m), 0, "3"),
      B: ({ m }) => Atomics.store(m, 0, 3),
    },
  });
}

outside["a variable that is put back in the same expression"] = putBack((m) => {
  lent = Atomics.load(m, 0);
  return lent + (lent = 0, Atomics.load(m, 1));
});
outside["a field that is put back in the same expression"] = putBack((m) => {
  lender.lent = Atomics.load(m, 0);
  return lender.lent + (lender.lent = 0, Atomics.load(m, 1));
});
