import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  assertRejects,
  assertThrows,
  isRunning,
  ownTemporaryFiles,
  quiet,
  runLimited,
  runProgram,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { BrokenBarrier } from "#solutions/barriers/barriers.ts";
import { LockError } from "#solutions/locks/locks.ts";
import { Process } from "#solutions/processes/processes.ts";
import { QueueEmpty, QueueFull, QueueShutDown } from "#solutions/queues/queues.ts";
import { SemaphoreError } from "#solutions/semaphores/semaphores.ts";
import { Thread } from "#solutions/threads/threads.ts";
import type { Report } from "./fixtures/cook.ts";
import { known } from "./fixtures/kitchen.ts";
import { address as judged } from "./fixtures/judged.ts";
import {
  type ArrayProxy,
  AuthenticationError,
  type BaseProxy,
  type DictKey,
  type DictProxy,
  KeyError,
  type ListProxy,
  type LockProxy,
  Manager,
  ManagerError,
  type ManagerOptions,
  RemoteError,
  type ValueProxy,
} from "./managers.ts";

const kitchen = import.meta.resolve("./fixtures/kitchen.ts");
const program = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url);
const late = "The answer does not come: who waits for it is never told";

/** A manager that does not hold up a test that has failed already. */
async function start(options?: ManagerOptions): Promise<Manager> {
  const manager = await soon(Manager.start(options), "Manager.start does not come back");
  const end = manager[Symbol.asyncDispose].bind(manager);
  manager[Symbol.asyncDispose] = () => soon(end(), "The manager does not end").catch(() => {});
  return manager;
}

/** A call that has begun, and its end. */
interface Begun {
  end: Promise<unknown>;
}

/** A child that calls methods of the objects that it is given. It is killed at the end of the block. */
class Cook implements AsyncDisposable {
  readonly process = new Process({
    module: import.meta.resolve("./fixtures/cook.ts"),
    target: "obey",
  });
  readonly #orders: PromiseWithResolvers<Report>[] = [];

  constructor() {
    this.process.start();
    void this.#listen();
  }

  /** What the method returns there, or the text of the error. */
  async call<T = unknown>(object: BaseProxy, method: string, ...args: unknown[]): Promise<T> {
    const order = Promise.withResolvers<Report>();
    const number = this.#orders.push(order) - 1;
    this.process.send({ number, object, method, args });
    const { error, value } = await soon(order.promise, `${method}, called by a child: ${late}`);
    return (error ?? value) as T;
  }

  /** Calls it, and comes back when that call has begun: what a client calls after it begins after it. */
  async begin(object: BaseProxy, method: string, ...args: unknown[]): Promise<Begun> {
    const end = this.call(object, method, ...args);
    end.catch(() => {});
    await this.call(object, "callMethod", "no such method, but it is asked for").catch(() => {
      const next = "the next call of the same client is not answered";
      throw new Error(`${method} waits, and ${next}, or the answer went to the call that waits`);
    });
    return { end };
  }

  /** Ends it with no word to anybody. */
  async kill(): Promise<void> {
    this.process.kill();
    await this.process.join();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        const report = await this.process.receive() as Report;
        this.#orders[report.number].resolve(report);
      }
    } catch {
      for (const order of this.#orders) order.resolve({ number: 0, error: "The child has ended" });
    }
  }
}

const errorOf = (promise: Promise<unknown>) =>
  quiet(soon(promise.then(() => undefined, (error) => error), late));

const errorOrValue = (promise: Promise<unknown>) =>
  quiet(soon(promise.catch((error) => error), late));

/** Looks whether it is an error of that class. */
async function assertFails(
  promise: Promise<unknown>,
  // deno-lint-ignore no-explicit-any -- any class
  errorClass: new (...args: any[]) => Error,
  sentence = "",
): Promise<Error> {
  const what = sentence && `: ${sentence}`;
  return await soon(assertRejects(() => promise, errorClass, "", sentence), `${late}${what}`);
}

/** Whether the promise has not settled while the manager has answered somebody else. */
async function stillWaits(promise: Promise<unknown>, other: BaseProxy): Promise<boolean> {
  let isPending = true;
  const settled = () => isPending = false;
  promise.then(settled, settled);
  await errorOf(other.callMethod("no such method, but it is asked for"));
  return isPending;
}

// -- [1] a server, and who has asked what --

testWithPermission("[1] a manager is a process of its own, where its objects live", async () => {
  using folder = ownTemporaryFiles();
  const manager = await start();
  const pid = manager.pid!;
  assert(pid !== Deno.pid && isRunning(pid), "Its objects live in another process");
  assertEquals(String(manager), `Manager(pid ${pid})`);
  assert(folder.entries().length > 0, "It listens on a socket in a folder of Deno.makeTempDir");
  for (const name of folder.entries()) {
    const mode = Deno.statSync(`${folder.path}/${name}`).mode! & 0o777;
    assertEquals(mode, 0o700, "Others of this machine may open the folder of the socket");
  }
  const buns = await soon(manager.value(3), late);
  assertEquals(await soon(buns.get(), late), 3);
  await soon(buns.set(4), late);
  assertEquals(await soon(buns.get(), late), 4, "What was set is not there");
  assertMatch(String(buns), /value/, "A proxy prints what it stands for, without a call");
  Deno.kill(pid, "SIGINT");
  const afterwards = await errorOrValue(buns.get());
  assertEquals(afterwards, 4, "Ctrl-C is for the program, not for the server");

  await soon(manager.shutdown(), "shutdown does not come back");
  assertFalse(isRunning(pid), "After shutdown the server is still there");
  assertEquals(folder.entries(), [], "After shutdown files are left");
  await assertFails(buns.get(), ManagerError);
  await assertFails(manager.value(1), ManagerError);
  await soon(manager.shutdown(), "A second shutdown does not come back");
});

testWithPermission("[1] what is stored is a copy, of every type that can be cloned", async () => {
  await using manager = await start();
  const values = [
    ...[null, undefined, 0, -0, NaN, 12n, "", "text", new Date(5), /x/g, new Uint8Array([1, 2])],
    ...[new Map([[1, new Set([2])]]), [[]], { a: { b: [1] } }, [1, , 3], Infinity],
  ];
  const all = await soon(manager.value<unknown>(values), late);
  assertEquals(await soon(all.get(), late), values);
  for (const value of values) {
    await soon(all.set(value), late);
    assertEquals(await soon(all.get(), late), value);
  }
  const list = ["pork"];
  await soon(all.set(list), late);
  list.push("leek");
  const read = await soon(all.get(), late) as string[];
  read.push("red bean");
  assertEquals(
    await soon(all.get(), late),
    ["pork"],
    "What one reads is a copy, and nobody else's",
  );
  const big = "bun ".repeat(500_000);
  assertEquals(await errorOf(all.set(big)), undefined, "A text of two million letters");
  assertEquals((await soon(all.get(), late) as string).length, big.length, "two million letters");
});

testWithPermission("[1] a proxy travels to a child, and stands for the same object", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const buns = await manager.value<unknown>(1);
  assertEquals(await cook.call(buns, "get"), 1);
  await cook.call(buns, "set", 2);
  assertEquals(await soon(buns.get(), late), 2, "What the child has set is not seen here");
  await soon(buns.set(3), late);
  assertEquals(await cook.call(buns, "get"), 3, "What was set here is not seen in the child");
  const other = await manager.value<unknown>("other");
  assertEquals(await cook.call(other, "get"), "other", "Two proxies, two objects");
  const named = new Process({
    module: import.meta.resolve("./fixtures/cook.ts"),
    target: "steps",
    args: [[[buns, "set", "as an argument"], [buns, "get"]]],
  });
  named.start();
  const kept = `${late}, or a line that nobody waits for keeps the child alive`;
  assertEquals(await soon(named.result(), kept), [undefined, "as an argument"]);
  assertEquals(named.exitCode, 0, "A line that nobody waits for must not keep the child alive");
});

interface Gate extends BaseProxy {
  pass(name: string): Promise<string>;
  open(): Promise<void>;
}

testWithPermission("[1] a call that waits holds up nobody else", async () => {
  await using manager = await start({ module: kitchen, types: { gate: ["pass", "open"] } });
  await using cook = new Cook();
  const gate = await soon(manager.create<Gate>("gate"), late);
  const buns = await manager.value(1);
  const first = quiet(gate.pass("first"));
  const { end: child } = await cook.begin(gate, "pass", "child");
  const second = quiet(gate.pass("second"));
  assertEquals(await soon(buns.get(), "Nobody is answered while a call waits"), 1);
  assertEquals(await cook.call(buns, "get"), 1);
  assert(await stillWaits(first, buns), "Nobody has opened the gate");
  await soon(gate.open(), "The call that would end the wait is held up by it");
  assertEquals(
    await soon(Promise.all([first, second, child]), late),
    ["first has passed", "second has passed", "child has passed"],
    "An answer has come to somebody who has asked something else",
  );
});

testWithPermission("[1] each of a thousand calls at once gets its own answer", async () => {
  await using manager = await start({ module: kitchen, types: { counter: ["add"] } });
  await using cook = new Cook();
  const counter = await manager.create<Counter>("counter", 0);
  const buns = await Promise.all([1, 2, 3].map((n) => manager.value(n)));
  const theirs = quiet(
    Promise.all(Array.from({ length: 100 }, () => cook.call(counter, "add", 1))),
  );
  const calls = Array.from({ length: 999 }, (_, i) => quiet(buns[i % 3].get()));
  const sums = Array.from({ length: 100 }, () => quiet(counter.add(1)));
  const answers = await soon(Promise.all(calls), late);
  assert(answers.every((n, i) => n === i % 3 + 1), "Answers have been mixed up");
  const all = [...await soon(Promise.all(sums), late), ...await soon(theirs, late)] as number[];
  assertEquals(
    all.toSorted((a, b) => a - b),
    Array.from({ length: 200 }, (_, i) => i + 1),
    "Each call of two clients is made once",
  );
  const module = import.meta.resolve("./fixtures/cook.ts");
  const args = [await manager.create("counter", 0), 5, "add", 1];
  const child = new Process({ module, target: "atOnce", args });
  child.start();
  const early =
    "Calls of one client begin in their order, those too that are made before its line is open";
  assertEquals(await soon(child.result(), late), [1, 2, 3, 4, 5], early);
  const sets = Array.from({ length: 100 }, (_, i) => quiet(buns[0].set(i)));
  assertEquals(await soon(buns[0].get(), late), 99, "Calls of one client begin in their order");
  await Promise.all(sets);
});

interface Counter extends BaseProxy {
  add(n: number): Promise<number>;
  fail(how: string): Promise<void>;
  makeFunction(): Promise<unknown>;
}

testWithPermission(
  "[1] types of one's own: these and no others, and of them no other method",
  async () => {
    const types = { counter: ["add"], theShelf: ["add"], nothing: [] };
    await using manager = await start({ module: kitchen, types });
    const counter = await soon(manager.create<Counter>("counter", 5), late);
    assertEquals(await soon(counter.add(2), late), 7);
    const fresh = await manager.create<Counter>("counter", 0);
    assertEquals(await soon(fresh.add(1), late), 1, "Each create makes an object of its own");
    const shelf = await manager.create<Counter>("theShelf");
    const again = await manager.create<Counter>("theShelf");
    await soon(shelf.add(2), late);
    assertEquals(await soon(again.add(3), late), 5, "An object that is returned again is the same");
    for (const name of ["heat", "oven", "constructor", "__proto__", "toString", "nobody"]) {
      await assertFails(manager.create(name, 1), KeyError, `'${name}' is none of the types`);
    }
    await assertFails(manager.create("nothing"), TypeError);
    const inherited = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"];
    for (const name of ["secret", "fail", "#total", ...inherited]) {
      assertFalse(Object.hasOwn(counter, name), `The proxy has a method '${name}'`);
      await assertFails(counter.callMethod(name), TypeError, `'${name}' may not be called`);
    }
    assertEquals(await soon(counter.callMethod("add", 1), late), 8);
  },
);

testWithPermission("[1] errors arrive as what they are, and the line goes on", async () => {
  const types = { counter: ["add", "fail", "makeFunction"] };
  await using manager = await start({ module: kitchen, types });
  const counter = await manager.create<Counter>("counter", 1);
  for (const [name, errorClass] of Object.entries(known)) {
    const sentence = `${name} is known here, and has to arrive as one`;
    const error = await assertFails(counter.fail(name), errorClass, sentence);
    assertEquals(error.message, "too many buns");
    assertStringIncludes(error.stack!, "kitchen.ts", "The stack tells where it was thrown");
  }
  const own = await assertFails(counter.fail("own"), RemoteError);
  assertStringIncludes(
    own.message,
    "Burnt",
    "The class is not known here: its name has to be told",
  );
  assertStringIncludes(own.message, "the third one");
  for (const how of ["text", "symbol"]) {
    const error = await assertFails(counter.fail(how), RemoteError, `A ${how} was thrown`);
    assertStringIncludes(error.message, `only a ${how}`);
  }
  await assertFails(counter.makeFunction(), RemoteError, "A function cannot come back");
  const unsendable = await errorOf(counter.add((() => 1) as unknown as number));
  assertEquals((unsendable as Error).name, "DataCloneError", "A function cannot be sent");
  assertEquals(await soon(counter.add(1), "The line is broken after an error"), 2);
});

interface Rocket extends BaseProxy {
  from(n: number): Promise<BaseProxy & AsyncIterable<number>>;
  slowly(): Promise<BaseProxy & AsyncIterable<number>>;
  failing(): Promise<BaseProxy & AsyncIterable<number>>;
  closed(): Promise<number>;
}

testWithPermission("[1] an iterator stays in the server, and is asked step by step", async () => {
  const types = { rocket: ["from", "slowly", "failing", "closed"] };
  await using manager = await start({ module: kitchen, types });
  await using cook = new Cook();
  const rocket = await manager.create<Rocket>("rocket");
  const seen: number[] = [];
  for await (const n of await soon(rocket.from(3), late)) seen.push(n);
  assertEquals(seen, [3, 2, 1]);
  for await (const n of await soon(rocket.from(Infinity), "It is sent as a whole")) {
    if (n === Infinity) break;
  }
  const sentence = "Who breaks off closes the iterator, as one that comes to its end does";
  assertEquals(await soon(rocket.closed(), late), 2, sentence);
  for await (const _ of await soon(rocket.slowly(), late)) break;
  assertEquals(await soon(rocket.closed(), late), 3, "Who breaks off closes an async one too");
  const walk = async () => {
    for await (const n of await rocket.failing()) seen.push(n);
  };
  await assertFails(walk(), RangeError, "The error of an iterator is its end");
  assertEquals(seen, [3, 2, 1, 1]);
  const steps = await rocket.from(2);
  assertEquals(await cook.call(steps, "for await"), [2, 1], "It travels as well");
});

interface Oven extends BaseProxy {
  degrees(): Promise<[number, number]>;
  pid(): Promise<number>;
  cpu(): Promise<number>;
  spin(): Promise<void>;
}

testWithPermission("[1] the initializer runs in the server, before anybody is served", async () => {
  using folder = ownTemporaryFiles();
  const own = { module: kitchen, types: { oven: ["degrees", "pid"] }, initializer: "heat" };
  await using manager = await start({ ...own, initArgs: [220] });
  const oven = await manager.create<Oven>("oven");
  assertEquals(await soon(oven.degrees(), late), [220, manager.pid!]);
  assertEquals(await soon(oven.pid(), late), manager.pid);
  await manager.shutdown();
  const failed = await errorOf(Manager.start({ ...own, initArgs: [2_000] }));
  assertInstanceOf(failed, RangeError, "The error of the initializer is the error of the start");
  const missing = await errorOf(Manager.start({ ...own, initializer: "cool" }));
  assertInstanceOf(missing, Error, "An initializer that is not there");
  const untyped = await errorOf(Manager.start({ module: kitchen, types: { pan: [] } }));
  assertInstanceOf(untyped, Error, "A type that is not there");
  await until(() => folder.entries().length === 0, "A start that has failed leaves files behind");
});

test("[1] a manager refuses what makes no sense", async () => {
  const refused = [
    { module: "./kitchen.ts" },
    { types: { counter: ["add"] } },
    { initializer: "heat" },
    { module: kitchen, initializer: () => {} },
    { module: kitchen, types: { counter: "add" } },
    { module: kitchen, types: { counter: ["then"] } },
    { module: kitchen, types: { counter: ["add", "constructor"] } },
  ] as unknown as ManagerOptions[];
  for (const options of refused) {
    await assertFails(Manager.start(options), TypeError, `${JSON.stringify(options)} is refused`);
  }
});

testWithPermission("[1] who waits for a server that has died is told", async () => {
  using folder = ownTemporaryFiles();
  await using manager = await start({ module: kitchen, types: { gate: ["pass"] } });
  await using cook = new Cook();
  const gate = await manager.create<Gate>("gate");
  const waiting = errorOf(gate.pass("me"));
  const { end: child } = await cook.begin(gate, "pass", "child");
  Deno.kill(manager.pid!, "SIGKILL");
  assertInstanceOf(await waiting, ManagerError);
  assertMatch(String(await child), /ManagerError/, "The child that waits is told as well");
  assertMatch(await cook.call(gate, "pass", "later"), /ManagerError/);
  await assertFails(gate.pass("later"), ManagerError);
  await assertFails(manager.value(1), ManagerError);
  await soon(manager.shutdown(), "shutdown waits for a server that is dead");
  await cook.kill();
  await until(() => folder.entries().length === 0, "A server that was killed leaves files behind");
});

testWithPermission("[1] a server that is busy for ever is killed by shutdown", async () => {
  await using manager = await start({ module: kitchen, types: { oven: ["spin"] } });
  const oven = await manager.create<Oven>("oven");
  const spinning = errorOf(oven.spin());
  using _end = {
    [Symbol.dispose]: () => isRunning(manager.pid!) && Deno.kill(manager.pid!, "SIGKILL"),
  };
  await soon(manager.shutdown(), "shutdown waits for ever for a server that does not answer");
  assertFalse(isRunning(manager.pid!), "The server spins on");
  assertInstanceOf(await spinning, ManagerError);
});

testWithPermission("[1] a manager that is left open ends with its program", async () => {
  using folder = ownTemporaryFiles();
  const { code, stdout, stderr } = await runProgram(program("left_open"), { args: [judged] });
  const sentence =
    "It does not end: the server is a daemon, and no line, shell or result() may wait";
  assertEquals([code, stdout], [0, "8\n"], `${sentence}. ${stderr}`);
  await until(() => folder.entries().length === 0, "The program has ended and left files behind");
});

/** A program of the fixtures that starts a manager. */
class Parent implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #errors: Promise<string>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #text = "";

  /** `detached` makes a group of processes of it and those that it starts: Ctrl-C goes to such a group. */
  constructor(name: string, { detached = false } = {}) {
    const options = { stdin: "piped", stdout: "piped", stderr: "piped", detached } as const;
    const args = ["run", "-A", "--quiet", program(name).href, judged];
    this.#process = new Deno.Command(Deno.execPath(), { args, ...options }).spawn();
    this.#errors = new Response(this.#process.stderr).text();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** All that it has said, as soon as that matches the pattern. */
  async say(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      const silent = `The program says nothing more than "${this.#text}"`;
      const { done, value } = await soon(this.#lines.read(), silent);
      if (done) throw new Error(`${silent} ${await this.#errors}`);
      this.#text += value;
    }
    return this.#text;
  }

  /** What a terminal does: the signal goes to the program and to all that it has started. */
  pressCtrlC(): void {
    Deno.kill(-this.#process.pid, "SIGINT");
  }

  /** Kills the program, and none of those that it has started. */
  async kill(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#process.stdin.close().catch(() => {});
    await this.#lines.cancel();
    await this.#errors;
  }
}

testWithPermission("[1] a program that is killed takes its manager with it", async () => {
  using folder = ownTemporaryFiles();
  await using parent = new Parent("parent");
  const [child, server] = (await parent.say(/\d+ \d+\n/)).match(/\d+/g)!.map(Number);
  await parent.kill();
  const end = await parent.say(/\w+Error\n/);
  assertMatch(end, /ManagerError/, "The child that waits for the manager must be told");
  await until(() => !isRunning(server), "The server lives on without its program");
  await until(() => !isRunning(child), "The child does not end");
  await until(() => folder.entries().length === 0, "A program that was killed leaves files behind");
});

testWithPermission(
  "[1] a program that lives on after Ctrl-C leaves no files behind either",
  async () => {
    using folder = ownTemporaryFiles();
    await using parent = new Parent("interrupted", { detached: true });
    const server = Number(await parent.say(/\d+\n/));
    parent.pressCtrlC();
    await parent.say(/interrupted\n/);
    assert(folder.entries().length > 0, "The program lives on, and needs its manager");
    Deno.kill(server, "SIGKILL");
    await parent.kill();
    const sentence =
      "After Ctrl-C nobody cleans up any more: who is killed then has left files behind";
    await until(() => folder.entries().length === 0, sentence);
  },
);

testWithPermission("[1] the server may do no more than its program", async () => {
  await runLimited(program("limited"), "its manager does not end", [judged]);
});

testWithPermission("[1] proxies travel to processes, and in no other way", async () => {
  await using manager = await start();
  await using another = await start();
  const buns = await manager.value<unknown>(1);
  const foreign = await another.value(2);
  assertThrows(() => structuredClone(buns), DOMException, "", "A clone would be an empty shell");
  const shell = "A clone would be an empty shell, that of a manager too";
  assertThrows(() => structuredClone(manager), DOMException, "", shell);
  await assertFails(buns.set(foreign), TypeError, "It belongs to another manager");
  await assertFails(buns.set([{ deep: foreign }]), TypeError, "It belongs to another manager");
  const hidden = await errorOf(buns.set(new Map([["buns", buns]])));
  assertEquals((hidden as Error)?.name, "DataCloneError", "A proxy in a Map would arrive dead");
  assertEquals(await soon(buns.get(), late), 1);
});

// -- [2] containers that everybody changes --

testWithPermission("[2] a dict has the methods of a Map, and each is one step", async () => {
  await using manager = await start();
  const dict = await manager.dict<DictKey, unknown>([["pork", 3]]);
  await dict.set("leek", 2);
  assertEquals([await dict.get("pork"), await dict.get("bean")], [3, undefined]);
  assertEquals([await dict.has("leek"), await dict.has("bean")], [true, false]);
  await dict.update(new Map([["bean", 1], ["pork", 4]]));
  await dict.update([["sesame", undefined]]);
  const entries: [string, unknown][] = [["pork", 4], ["leek", 2], ["bean", 1], [
    "sesame",
    undefined,
  ]];
  assertEquals(await dict.entries(), entries, "Keys keep their order");
  assertEquals(await dict.keys(), ["pork", "leek", "bean", "sesame"]);
  assertEquals(await dict.values(), [4, 2, 1, undefined]);
  assertEquals([await dict.has("sesame"), await dict.size()], [true, 4]);
  assertEquals(await dict.setDefault("pork", 9), 4, "It is there already");
  assertEquals(await dict.setDefault("egg", 9), 9);
  assertEquals([await dict.delete("egg"), await dict.delete("egg")], [true, false]);
  assertEquals([await dict.pop("bean"), await dict.pop("bean", "none")], [1, "none"]);
  await assertFails(dict.pop("bean"), KeyError);
  assertEquals(await dict.popItem(), ["sesame", undefined], "The youngest");
  await dict.clear();
  assertEquals([await dict.size(), await dict.entries()], [0, []]);
  await assertFails(dict.popItem(), KeyError);

  await dict.update(Array.from({ length: 50 }, (_, i) => [i, i]));
  const pops = await soon(Promise.all(Array.from({ length: 50 }, () => dict.popItem())), late);
  assertEquals(new Set(pops.map(([key]) => key)).size, 50, "A popItem of two steps pops one twice");
  const firsts = await Promise.all([1, 2, 3].map((n) => dict.setDefault("first", n)));
  assertEquals(new Set(firsts).size, 1, "A setDefault of two steps stores twice");
});

testWithPermission(
  "[2] the keys of a dict are primitive values, each of them another",
  async () => {
    await using manager = await start();
    const keys = [1, "1", 0.25, 1n, true, "true", null, "null", undefined, NaN, "", "__proto__"];
    const dict = await manager.dict<DictKey, number>();
    for (const [i, key] of [...keys, "constructor", "size"].entries()) {
      assertEquals([await dict.has(key), await dict.get(key)], [false, undefined], `${key} is new`);
      await dict.set(key, i);
    }
    assertEquals(await dict.keys(), [...keys, "constructor", "size"]);
    for (const [i, key] of keys.entries()) assertEquals(await dict.get(key), i);
    await assertFails(dict.set([1] as unknown as string, 1), TypeError, "A copy is never that key");
    const entries = [["new", 1], [{}, 2]] as unknown as [string, number][];
    await assertFails(dict.update(entries), TypeError);
    assertFalse(await dict.has("new"), "An update that fails changes nothing");
    await assertFails(manager.dict(entries), TypeError);
  },
);

testWithPermission(
  "[2] a dict is walked through key by key, and must keep them meanwhile",
  async () => {
    await using manager = await start();
    const dict = await manager.dict<string, number>([["a", 1], ["b", 2], ["c", 3]]);
    const keys: string[] = [];
    for await (const key of dict) {
      keys.push(key);
      await dict.set(key, 0);
    }
    assertEquals(keys, ["a", "b", "c"], "Other values for the same keys do no harm");
    type Change = (dict: DictProxy<string, number>) => Promise<unknown>;
    const changes: Record<string, Change> = {
      "A key was added: whether it comes is luck": (dict) => dict.set("d", 1),
      "A key was removed": (dict) => dict.delete("c"),
      "One was removed and one added, so there are as many as before": (dict) =>
        dict.delete("c").then(() => dict.set("d", 1)),
    };
    for (const [sentence, change] of Object.entries(changes)) {
      const dict = await manager.dict<string, number>([["a", 1], ["b", 2], ["c", 3]]);
      const walk = async () => {
        for await (const _ of dict) await change(dict);
      };
      await assertFails(walk(), RangeError, sentence);
    }
  },
);

testWithPermission("[2] a list has what Python's has", async () => {
  await using manager = await start();
  const list = await manager.list<unknown>(new Set([3, 1]));
  await list.append(2);
  await list.extend([5, 4]);
  await list.insert(1, 9);
  await list.insert(-1, 8);
  assertEquals(await list.slice(), [3, 9, 1, 2, 5, 8, 4]);
  assertEquals([await list.slice(1, 3), await list.slice(-2)], [[9, 1], [8, 4]]);
  assertEquals([await list.at(0), await list.at(-1), await list.size()], [3, 4, 7]);
  await list.set(0, 7);
  await list.set(-1, 6);
  assertEquals([await list.pop(), await list.pop(0), await list.pop(-1)], [6, 7, 8]);
  await list.delete(0);
  assertEquals(await list.slice(), [1, 2, 5]);
  await list.repeat(2);
  assertEquals(await list.slice(), [1, 2, 5, 1, 2, 5]);
  await list.remove(2);
  assertEquals([await list.index(2), await list.count(5), await list.count(7)], [3, 2, 0]);
  assertEquals([await list.includes(5), await list.includes(7)], [true, false]);
  await list.reverse();
  assertEquals(await list.slice(), [5, 2, 1, 5, 1]);
  for (const index of [5, -6]) {
    await assertFails(list.at(index), RangeError, `There is no item ${index}`);
    await assertFails(list.set(index, 0), RangeError, `There is no item ${index}`);
    await assertFails(list.pop(index), RangeError, `There is no item ${index}`);
    await assertFails(list.delete(index), RangeError, `There is no item ${index}`);
  }
  await assertFails(list.remove(7), RangeError, "Nothing equals it");
  await assertFails(list.index(7), RangeError, "Nothing equals it");
  await assertFails(list.at("length" as unknown as number), Error, "That is no item");
  assertEquals(await list.slice(), [5, 2, 1, 5, 1], "What fails changes nothing");
  await list.repeat(0);
  assertEquals(await list.size(), 0);
  await assertFails(list.pop(), RangeError, "There is nothing to pop");

  await list.extend([{ bun: ["pork"] }, "pork"]);
  assertEquals(await list.index({ bun: ["pork"] }), 0, "Copies are equal if they hold the same");
  await list.extend(Array.from({ length: 48 }, (_, i) => i));
  const pops = await soon(Promise.all(Array.from({ length: 50 }, () => list.pop())), late);
  assertEquals(new Set(pops.map((item) => JSON.stringify(item))).size, 50, "Each was popped once");
});

testWithPermission("[2] a list is sorted as numbers or as texts", async () => {
  await using manager = await start();
  const list = await manager.list<unknown>([10, 9, 1, 100, -5]);
  await list.sort();
  assertEquals(await list.slice(), [-5, 1, 9, 10, 100], "Array.sort compares texts");
  await list.sort({ reverse: true });
  assertEquals(await list.slice(), [100, 10, 9, 1, -5]);
  await list.append("bun");
  await assertFails(list.sort(), TypeError, "A text is neither more nor less than a number");
  assertEquals(await list.slice(), [100, 10, 9, 1, -5, "bun"]);
  const texts = await manager.list(["pork", "bean", "leek"]);
  await texts.sort();
  assertEquals(await texts.slice(), ["bean", "leek", "pork"]);
  const none = await manager.list();
  await none.sort();
  assertEquals(await none.size(), 0);
});

testWithPermission("[2] what a child changes is seen by everybody", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const list = await manager.list([3, 1, 2]);
  const dict = await manager.dict<DictKey, unknown>();
  assertEquals([await list.size(), await list.at(0)], [3, 3]);
  await cook.call(list, "append", 5);
  await cook.call(list, "sort");
  assertEquals(await list.slice(), [1, 2, 3, 5]);
  await cook.call(list, "reverse");
  assertEquals([await list.at(0), await cook.call(list, "pop")], [5, 1]);
  await list.append(7);
  assertEquals(await cook.call(list, "slice"), [5, 3, 2, 7]);
  await cook.call(list, "clear");
  assertEquals([await list.size(), await list.slice()], [0, []], "A proxy keeps no copy");
  for (const [key, value] of [[1, "1"], ["2", 2], [0.25, null]]) {
    await cook.call(dict, "set", key, value);
  }
  assertEquals(await dict.entries(), [[1, "1"], ["2", 2], [0.25, null]]);
});

testWithPermission("[2] a walk through a list sees what changes meanwhile", async () => {
  await using manager = await start();
  const list = await manager.list([1, 2, 3]);
  const seen: number[] = [];
  for await (const item of list) {
    seen.push(item);
    if (item === 1) await list.append(4);
    if (item === 2) await list.set(2, 30);
  }
  assertEquals(seen, [1, 2, 30, 4]);
  assertEquals(await Array.fromAsync(await manager.list()), []);
  const array: ArrayProxy<string> = await manager.array(["a", "b"]);
  assertEquals(await Array.fromAsync(array), ["a", "b"]);
});

testWithPermission("[2] an array keeps its length", async () => {
  await using manager = await start();
  const array = await manager.array([11, 22, 33]);
  await array.set(-1, 44);
  assertEquals([await array.at(0), await array.size(), await array.slice()], [11, 3, [11, 22, 44]]);
  await assertFails(array.at(3), RangeError);
  await assertFails(array.set(3, 55), RangeError, "A place more would make it longer");
  for (const name of ["append", "pop", "clear", "extend"]) {
    await assertFails(array.callMethod(name, [1]), TypeError, `${name} would change its length`);
  }
  assertEquals(await array.slice(), [11, 22, 44]);
});

testWithPermission("[2] a namespace has names, whatever they are", async () => {
  await using manager = await start();
  const space = await manager.namespace<Record<string, unknown>>({ buns: 3 });
  assertEquals(await space.get("buns"), 3);
  await space.set("then", "a name like others");
  assertEquals(await space.get("then"), "a name like others");
  for (const name of ["constructor", "toString", "hasOwnProperty", "x"]) {
    await assertFails(space.get(name), KeyError, `'${name}' was never set`);
    await assertFails(space.delete(name), KeyError, `'${name}' was never set`);
    await space.set(name, name);
    assertEquals(await space.get(name), name);
  }
  const names = ["buns", "then", "constructor", "toString", "hasOwnProperty", "x"];
  assertEquals(await space.names(), names);
  await space.delete("x");
  await assertFails(space.get("x"), KeyError);
  await assertFails(space.set("_mine", 1), TypeError, "Such names are for one's own");
  await assertFails(manager.namespace({ _mine: 1 }), TypeError);
});

interface Box extends BaseProxy {
  put(value: unknown): Promise<void>;
  look(): Promise<unknown>;
  machine(options: { signal: AbortSignal }): Promise<void>;
}

testWithPermission("[2] a proxy inside another object is that object, and no copy", async () => {
  await using manager = await start({ module: kitchen, types: { box: ["put", "look"] } });
  await using cook = new Cook();
  const inner = await manager.list<unknown>(["pork"]);
  const outer = await manager.list<unknown>([inner, ["plain"], { deep: [inner] }]);
  const same = await outer.at(0) as ListProxy<unknown>;
  await same.append("leek");
  assertEquals(
    await inner.slice(),
    ["pork", "leek"],
    "Another list was changed than the inner one",
  );
  await inner.append("bean");
  assertEquals(await same.size(), 3);
  const [, plain, { deep }] = await outer.slice() as [unknown, string[], { deep: typeof inner[] }];
  assertEquals(await deep[0].size(), 3, "also deep in lists and records");
  plain.push("changed here");
  assertEquals(await outer.at(1), ["plain"], "A list that is no proxy is a copy");

  const dict = await manager.dict<string, unknown>([["list", inner]]);
  await dict.set("value", await manager.value("bun"));
  await dict.set("self", dict);
  await outer.append(outer);
  const value = await cook.call<ValueProxy<string>>(dict, "get", "value");
  await value.set("pie");
  const own = await dict.get("value") as ValueProxy<string>;
  assertEquals(await own.get(), "pie", "A proxy that has come from a child is the same object");
  const box = await manager.create<Box>("box");
  await box.put(own);
  const inside = await box.look();
  assertEquals(`${inside}`, `${own}`, "It is that also in an object of one's own type");
  const self = await dict.get("self") as typeof dict;
  assertEquals(await self.size(), 3, "A dict may hold itself");
  const index = await errorOrValue(outer.index(inner));
  assertEquals(index, 0, "Objects are equal if they are the same");
  assertEquals(await outer.count(outer), 1, "Objects are equal if they are the same");
  const twin = await manager.list<unknown>(await inner.slice());
  assertFalse(await outer.includes(twin), "and not if they hold the same");
  await outer.clear();
  await dict.clear();
  assertEquals(await same.size(), 3, "It lives on when nobody holds it any more");
});

// -- [3] things to wait for --

testWithPermission("[3] a lock is taken by one, and may be released by another", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const lock = await manager.lock();
  assertEquals(await lock.locked(), false);
  await assertFails(lock.release(), LockError, "Nobody holds it");
  assertEquals([await cook.call(lock, "acquire"), await lock.locked()], [true, true]);
  assertEquals(await lock.acquire({ blocking: false }), false, "The child has it");
  for (const timeout of [0, 5]) assertEquals(await soon(lock.acquire({ timeout }), late), false);
  const waiting = quiet(lock.acquire());
  assert(await stillWaits(waiting, lock), "Two hold it at once");
  await cook.call(lock, "release");
  const lost = `${late}. The lock is free, or it went to one who had given up before`;
  assertEquals([await soon(waiting, lost), await lock.locked()], [true, true]);
  assertEquals(await cook.call(lock, "release"), undefined, "It belongs to nobody");
  await assertFails(lock.release(), LockError, "A second release");
  assertEquals(await lock.acquire({ blocking: false }), true);
  assertEquals(await lock.acquire({ blocking: false }), false, "That release was kept for later");
  await lock.release();
  {
    await using _held = await lock.hold();
    assertEquals(await lock.locked(), true);
  }
  assertEquals(await lock.locked(), false, "The end of the block releases it");
  for (const options of [{ blocking: false, timeout: 1 }, { timeout: -1 }, { timeout: NaN }]) {
    await assertFails(lock.acquire(options), RangeError);
  }
});

testWithPermission(
  "[3] three who wait for a lock get it one after the other, in order",
  async () => {
    await using manager = await start();
    const lock = await manager.lock();
    const event = await manager.event();
    await lock.acquire();
    const order: number[] = [];
    const turns = [0, 1, 2].map((n) => quiet(lock.acquire().then(() => order.push(n))));
    const hasty = quiet(lock.acquire({ timeout: 1 }));
    assertEquals(await soon(hasty, late), false, "One who gives up behind them changes nothing");
    const lost = "The lock is free, and nobody of those who wait has it, or not who came first";
    for (const [n, turn] of turns.entries()) {
      await lock.release();
      await soon(turn, lost);
      await errorOf(event.isSet());
      assertEquals(order.length, n + 1, "More than one got the lock at one release");
    }
    assertEquals(order, [0, 1, 2], "First come, first served");
  },
);

testWithPermission("[3] an RLock belongs to the process that has taken it", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const lock = await manager.rlock();
  await assertFails(lock.release(), LockError, "Nobody holds it");
  assertEquals([await lock.acquire(), await lock.acquire(), await lock.acquire()], [
    true,
    true,
    true,
  ]);
  assertEquals(
    await cook.call(lock, "acquire", { blocking: false }),
    false,
    "It is not the child's",
  );
  assertMatch(await cook.call(lock, "release"), /LockError/, "It is not the child's to release");
  const { end: waiting } = await cook.begin(lock, "acquire");
  const twice = [await errorOf(lock.release()), await errorOf(lock.release())];
  assertEquals(twice, [undefined, undefined], "Taken three times, it is given back three times");
  assert(await stillWaits(waiting, lock), "Taken three times, and given back twice");
  await lock.release();
  assertEquals(await soon(waiting, "It is free, and the child still waits"), true);
  await assertFails(lock.release(), LockError, "It is the child's now");
  assertEquals(await lock.acquire({ timeout: 1 }), false);
  await cook.call(lock, "acquire");
  await cook.call(lock, "release");
  assertEquals(await lock.locked(), true, "The child has taken it twice");
  await cook.call(lock, "release");
  assertEquals(await lock.acquire({ blocking: false }), true);
});

testWithPermission("[3] a killed process frees its RLocks, but a Lock has no owner", async () => {
  await using manager = await start();
  const [lock, rlock] = [await manager.lock(), await manager.rlock()];
  const [semaphore, condition] = [await manager.semaphore(1), await manager.condition()];
  {
    await using cook = new Cook();
    await cook.call(rlock, "acquire");
    await cook.call(rlock, "acquire");
    await cook.call(lock, "acquire");
    await cook.call(semaphore, "acquire");
    await cook.call(condition, "acquire");
    const waiting = quiet(rlock.acquire());
    assert(await stillWaits(waiting, rlock), "The child holds it");
    await cook.kill();
    assert(await soon(waiting, "Its owner is dead, nobody else can release it, and it stays held"));
    const held =
      "The lock of a condition is an RLock as well: its owner is dead, and it stays held";
    assert(await soon(condition.acquire(), held));
  }
  await assertFails(
    (async () => {
      await rlock.release();
      await rlock.release();
    })(),
    LockError,
    "It was taken once since then: nothing is left of the dead one",
  );
  const taken = "Who has taken it may have told somebody to release it: a Lock stays taken";
  assertEquals(await lock.locked(), true, taken);
  assertEquals(await lock.acquire({ timeout: 1 }), false);
  await lock.release();
  assertEquals(await lock.acquire({ blocking: false }), true);
  const permit = "Who has taken it may have told somebody to give it back: a permit stays taken";
  assertEquals(await semaphore.value(), 0, permit);
});

testWithPermission("[3] a semaphore has as many permits as are free", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const semaphore = await manager.semaphore(2);
  assertEquals([await semaphore.acquire(), await cook.call(semaphore, "acquire")], [true, true]);
  assertEquals([await semaphore.value(), await semaphore.acquire({ timeout: 1 })], [0, false]);
  const two = [quiet(semaphore.acquire()), quiet(semaphore.acquire())];
  const third = quiet(semaphore.acquire());
  assert(await stillWaits(third, semaphore), "Nobody has released a permit");
  await cook.call(semaphore, "release", 2);
  assertEquals(await soon(Promise.all(two), "Two permits, and two who wait for one"), [true, true]);
  assert(await stillWaits(third, semaphore), "Two permits let three in");
  await semaphore.release();
  assertEquals(await soon(third, late), true);
  await semaphore.release(3);
  assertEquals(await semaphore.value(), 3, "It has no bound");
  const bounded = await manager.boundedSemaphore(1);
  await assertFails(bounded.release(), SemaphoreError);
  await bounded.acquire();
  await assertFails(bounded.release(2), SemaphoreError);
  assertEquals(await bounded.value(), 0, "A release that fails changes nothing");
  assertEquals(await cook.call(bounded, "release"), undefined);
  assertEquals(await bounded.value(), 1);
  for (const n of [-1, 1.5, NaN]) {
    await assertFails(manager.semaphore(n), RangeError);
    await assertFails(semaphore.release(n), RangeError);
  }
  assertEquals(await (await manager.semaphore(0)).acquire({ blocking: false }), false);
});

testWithPermission(
  "[3] an event lets all go who waited, also if it is cleared at once",
  async () => {
    await using manager = await start();
    await using cook = new Cook();
    const event = await manager.event();
    assertEquals(await event.isSet(), false);
    for (const timeout of [0, 5, -1]) {
      assertEquals(
        await errorOrValue(event.wait({ timeout })),
        false,
        `A wait of ${timeout} ms for an event that does not come`,
      );
    }
    const { end: child } = await cook.begin(event, "wait");
    const waits = [quiet(event.wait()), quiet(event.wait({ timeout: 2 ** 40 }))];
    await new Promise((turn) => setTimeout(turn, 20));
    assert(await stillWaits(waits[1], event), "A timeout of many years is not over at once");
    await Promise.all([event.set(), event.clear()]);
    const lost = "It was set, and cleared before they looked: all who waited go on";
    assertEquals(await soon(Promise.all([...waits, child]), lost), [true, true, true], lost);
    assertEquals(await event.isSet(), false);
    assertEquals(await event.wait({ timeout: 1 }), false, "The flag is down for who comes later");
    await cook.call(event, "set");
    assertEquals([await event.isSet(), await soon(event.wait(), late)], [true, true]);
    await assertFails(event.wait({ timeout: NaN }), RangeError);
  },
);

testWithPermission("[3] a condition wakes exactly as many as it is told to", async () => {
  await using manager = await start();
  const condition = await manager.condition();
  await assertFails(condition.wait(), LockError);
  await assertFails(condition.notify(), LockError);
  await assertFails(condition.notifyAll(), LockError);
  await condition.acquire();
  await condition.notify();
  assertEquals(await condition.wait({ timeout: 1 }), false, "A wake-up is kept for nobody");
  assertEquals(await condition.locked(), true, "Who gives up has the lock again");
  await condition.release();

  const shared = await manager.condition(await manager.lock());
  const woken: string[] = [];
  const wait = async (name: string) => {
    await shared.acquire();
    assertEquals(await shared.wait(), true);
    woken.push(name);
    await shared.release();
  };
  const waits = quiet(Promise.all(["first", "second", "third"].map(wait)));
  // Who gets the lock now stood behind them, so all three have given it back and wait.
  await soon(shared.acquire(), "Who waits keeps the lock");
  await shared.notify();
  await condition.locked();
  assertEquals(woken, [], "The lock is not free yet");
  await shared.release();
  await soon(shared.acquire(), "Who was woken does not give the lock back");
  assertEquals(woken, ["first"], "One was notified, the one who had waited longest");
  await shared.notify(0);
  await shared.release();
  await shared.acquire();
  assertEquals(woken, ["first"]);
  await shared.notifyAll();
  await shared.release();
  await soon(waits, "notifyAll has not woken all");
  assertEquals(woken.length, 3);
  for (const n of [-1, 0.5]) {
    await shared.acquire();
    await assertFails(shared.notify(n), RangeError);
    await shared.release();
  }
  const notALock = await manager.event() as BaseProxy as LockProxy;
  await assertFails(manager.condition(notALock), TypeError);
});

testWithPermission("[3] a wait gives the lock back, and takes it again as deep", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const condition = await manager.condition();
  const buns = await manager.value(0);
  await condition.acquire();
  await condition.acquire();
  const { end: child } = await cook.begin(condition, "acquire");
  const waiting = quiet(condition.wait());
  assertEquals(await soon(child, "The lock is held while its holder waits"), true);
  await cook.call(condition, "notify");
  assert(await stillWaits(waiting, condition), "It goes on while the child has the lock");
  await cook.call(condition, "release");
  assertEquals(await soon(waiting, "It was notified, and the lock is free"), true);
  await condition.release();
  assertEquals(await condition.locked(), true, "It was taken twice before the wait");
  const looks: number[] = [];
  const look = async () => {
    looks.push(await buns.get());
    return looks.at(-1)! >= 2 && "two buns";
  };
  const served = quiet(condition.waitFor(look));
  await until(() => looks.length > 0, "waitFor does not look before it waits");
  for (let n = 1; n <= 2; n++) {
    await cook.call(condition, "acquire");
    await cook.call(buns, "set", n);
    await cook.call(condition, "notifyAll");
    await cook.call(condition, "release");
  }
  assertEquals(await soon(served, "waitFor does not look again"), "two buns");
  assertEquals(looks[0], 0);
  assertEquals(await condition.waitFor(() => false, { timeout: 5 }), false);
  assertEquals(await condition.waitFor(() => "at once", { timeout: 0 }), "at once");
  await condition.release();
  await assertFails(condition.release(), LockError);
});

testWithPermission(
  "[3] a barrier lets all go when the last one comes, again and again",
  async () => {
    await using manager = await start();
    await using cook = new Cook();
    const barrier = await manager.barrier(3);
    for (let round = 0; round < 3; round++) {
      const { end: child } = await cook.begin(barrier, "wait");
      const second = quiet(barrier.wait());
      assert(await stillWaits(second, barrier), "Two of three have come, and one goes on");
      assertEquals([await barrier.waiting(), await barrier.broken()], [2, false]);
      const third = quiet(barrier.wait());
      const all = await soon(
        Promise.all([child, second, third]),
        "All have come, and one waits on",
      );
      assertEquals(all.toSorted(), [0, 1, 2], "Each has a number of its own");
    }
    assertEquals([await barrier.parties(), await barrier.waiting()], [3, 0]);

    const { end: child } = await cook.begin(barrier, "wait");
    await assertFails(barrier.wait({ timeout: 1 }), BrokenBarrier, "Not all came in time");
    assertMatch(String(await child), /BrokenBarrier/, "Who waits is told that not all will come");
    assertEquals([await barrier.broken(), await barrier.waiting()], [true, 0]);
    await assertFails(barrier.wait(), BrokenBarrier);
    await barrier.reset();
    assertEquals(await barrier.broken(), false);
    const { end: waiting } = await cook.begin(barrier, "wait");
    await barrier.reset();
    assertMatch(String(await waiting), /BrokenBarrier/, "A reset sends those away who wait");
    const again = [barrier.wait(), barrier.wait(), barrier.wait()];
    assertEquals((await soon(Promise.all(again), late)).toSorted(), [0, 1, 2], "It is new");
    const aborted = errorOf(barrier.wait());
    await barrier.abort();
    assertInstanceOf(await aborted, BrokenBarrier);
    const impatient = await manager.barrier(2, { timeout: 1 });
    await assertFails(impatient.wait(), BrokenBarrier);
    for (const n of [0, 1.5]) await assertFails(manager.barrier(n), RangeError);
  },
);

testWithPermission("[3] a queue is full, empty, in order and at its end for all", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const queue = await manager.queue<unknown>({ maxsize: 2 });
  assertEquals([await queue.isEmpty(), await queue.isFull(), await queue.size()], [true, false, 0]);
  const { end: get } = await cook.begin(queue, "get");
  await soon(queue.put("for the child"), "The get that waits holds up the put it waits for");
  assertEquals(await soon(get, late), "for the child");
  await cook.call(queue, "put", undefined);
  await queue.putNowait([null]);
  assertEquals([await queue.isFull(), await cook.call(queue, "size")], [true, 2]);
  await assertFails(queue.putNowait(3), QueueFull);
  await assertFails(queue.put(3, { timeout: 1 }), QueueFull);
  const { end: put } = await cook.begin(queue, "put", "third", { timeout: 2 ** 40 });
  await new Promise((turn) => setTimeout(turn, 20));
  assert(await stillWaits(put, queue), "A timeout of many years is over at once");
  assertEquals(await queue.get(), undefined);
  assertEquals(await soon(put, "There is a free slot, and the put waits"), undefined);
  assertEquals([await queue.getNowait(), await queue.get({ timeout: 0 })], [[null], "third"]);
  await assertFails(queue.getNowait(), QueueEmpty);
  await assertFails(queue.get({ timeout: 1 }), QueueEmpty);
  assertEquals(await queue.join({ timeout: 1 }), false);
  const joined = quiet(queue.join());
  for (let n = 0; n < 4; n++) {
    assert(await stillWaits(joined, queue), "join waits for what was put and is not done");
    await cook.call(queue, "taskDone");
  }
  assertEquals(await soon(joined, "All is done, and join waits"), true);
  await assertFails(queue.taskDone(), RangeError);
  const box = await manager.list([queue]);
  await (await box.at(0)).put("by way of a list");
  assertEquals(await queue.get(), "by way of a list");
  const orders = await manager.queue<string>();
  for (let round = 0; round < 5; round++) {
    const { end: first } = await cook.begin(orders, "get");
    const puts = [quiet(orders.put("first"))];
    const second = quiet(orders.get());
    puts.push(quiet(orders.put("second")));
    const [mine, theirs] = [await soon(second, late), await soon(first, late)];
    await Promise.all(puts);
    assertEquals([theirs, mine], ["first", "second"], "First come, first served");
  }
  const { end: last } = await cook.begin(queue, "get");
  await queue.shutdown();
  assertMatch(String(await last), /QueueShutDown/, "Nothing will come any more");
  await assertFails(queue.put(1), QueueShutDown);
});

testWithPermission("[3] a signal ends a wait, and nothing is left of it", async () => {
  await using manager = await start({ module: kitchen, types: { box: ["machine"] } });
  const box = await manager.create<Box>("box");
  const [lock, queue] = [await manager.lock(), await manager.queue<string>()];
  const [event, barrier] = [await manager.event(), await manager.barrier(2)];
  const condition = await manager.condition();
  await lock.acquire();
  await condition.acquire();
  const reason = new Error("The guest has left");
  await queue.put("pie");
  const early = new AbortController();
  const taken = errorOrValue(queue.get({ signal: early.signal }));
  early.abort(reason);
  const left = await taken === "pie" ? "pie" : await errorOrValue(queue.getNowait());
  assertEquals(left, "pie", "He has given up and got it as well: the pie is lost");
  const waits: ((signal: AbortSignal) => Promise<unknown>)[] = [
    (signal) => lock.acquire({ signal }),
    (signal) => lock.hold({ signal }),
    (signal) => queue.get({ signal }),
    (signal) => queue.get({ timeout: 100_000, signal }),
    (signal) => event.wait({ signal }),
    (signal) => condition.wait({ signal }),
    (signal) => condition.waitFor(() => false, { signal }),
    (signal) => barrier.wait({ signal }),
    (signal) => box.machine({ signal }),
  ];
  for (const [n, wait] of waits.entries()) {
    const controller = new AbortController();
    const waiting = errorOf(wait(controller.signal));
    assert(await stillWaits(waiting, event), `Wait ${n} does not wait`);
    controller.abort(reason);
    assertEquals(await waiting, reason, `Wait ${n} does not end with the reason of its signal`);
    assertEquals(await errorOf(wait(AbortSignal.abort(reason))), reason, "It was aborted before");
  }
  await condition.release();
  await lock.release();
  assertEquals(await lock.locked(), false, "Somebody who has given up got the lock");
  await queue.put("bun");
  assertEquals(await soon(queue.get(), "Somebody who has given up took the bun"), "bun");
  assertEquals(await barrier.broken(), true, "Who gives up will not come");
});

testWithPermission(
  "[3] a process that is killed while it waits takes nothing with it",
  async () => {
    await using manager = await start();
    const [lock, queue] = [await manager.lock(), await manager.queue<string>()];
    const [semaphore, barrier] = [await manager.semaphore(0), await manager.barrier(3)];
    const condition = await manager.condition(await manager.lock());
    const alive = await manager.rlock();
    await lock.acquire();
    const broken = errorOf(barrier.wait());
    {
      await using cook = new Cook();
      await cook.call(alive, "acquire");
      await cook.begin(lock, "acquire");
      await cook.begin(queue, "get");
      await cook.begin(semaphore, "acquire");
      await cook.call(condition, "acquire");
      await cook.begin(condition, "wait");
      await cook.begin(barrier, "wait");
      await cook.kill();
    }
    // Only now the server knows that the child is gone.
    await soon(alive.acquire(), "The server does not see that a client has died");
    await lock.release();
    assertEquals(await lock.acquire({ blocking: false }), true, "The lock went to the dead");
    await queue.put("bun");
    assertEquals(await queue.getNowait(), "bun");
    await semaphore.release();
    assertEquals(await semaphore.acquire({ blocking: false }), true, "The permit went to the dead");
    assertInstanceOf(await broken, BrokenBarrier, "The others wait for one who will never come");
    await soon(condition.acquire(), "The dead one has taken the lock again, after its wait");
    const waiting = quiet(condition.wait());
    await soon(condition.acquire(), "The lock is kept while its holder waits");
    await condition.notify();
    await condition.release();
    assertEquals(await soon(waiting, "The dead one was woken in the place of another"), true);
  },
);

testWithPermission(
  "[3] who is woken and dies before it has the lock wakes another",
  async () => {
    await using manager = await start();
    await using cook = new Cook();
    const condition = await manager.condition(await manager.lock());
    const alive = await manager.rlock();
    await cook.call(alive, "acquire");
    await cook.call(condition, "acquire");
    await cook.begin(condition, "wait");
    await condition.acquire();
    const waiting = quiet(condition.wait());
    await soon(condition.acquire(), "The lock is kept while its holder waits");
    await condition.notify();
    await cook.kill();
    // Only now the server knows that the child is gone.
    await soon(alive.acquire(), "The server does not see that a client has died");
    await condition.release();
    const lost = "The dead one was woken before it died, and nobody else was woken in its place";
    assertEquals(await soon(waiting, lost), true);
  },
);

testWithPermission("[3] half a message of a process that is killed changes nothing", async () => {
  await using manager = await start();
  const buns = await manager.value("pork");
  const module = import.meta.resolve("./fixtures/cook.ts");
  const child = new Process({ module, target: "setLongText", args: [buns] });
  child.start();
  assertEquals(await soon(child.receive(), "The child does not connect"), "connected");
  // A server that is stopped reads nothing, so that the text cannot be on its way as a whole.
  Deno.kill(manager.pid!, "SIGSTOP");
  try {
    child.send("go on");
    assertEquals(await soon(child.receive(), "The child does not begin to send"), "begun");
    child.kill();
    await child.join();
  } finally {
    Deno.kill(manager.pid!, "SIGCONT");
  }
  assertEquals(await soon(buns.get(), "The server waits for the rest of a message"), "pork");
  await soon(buns.set("leek"), late);
  assertEquals(await buns.get(), "leek");
});

testWithPermission("[3] nobody burns a core while he waits", async () => {
  await using manager = await start({ module: kitchen, types: { oven: ["cpu"] } });
  const oven = await manager.create<Oven>("oven");
  const [event, ready] = [await manager.event(), await manager.event()];
  const module = import.meta.resolve("./fixtures/cook.ts");
  const child = new Process({ module, target: "waitIdly", args: [event, ready] });
  child.start();
  await soon(ready.wait(), "The child does not begin to wait");
  const before = await oven.cpu();
  // If somebody burns a core, he gets as much of one as we do.
  const used = () => process.cpuUsage().user + process.cpuUsage().system;
  const end = used() + 200_000;
  while (used() < end);
  const server = await oven.cpu() - before;
  await event.set();
  const waiter = await soon(child.result(), late) as number;
  assert(server < 100, `The server was at work for ${server} of 200 milliseconds`);
  assert(waiter < 100, `The one who waits was at work for ${waiter} of 200 milliseconds`);
});

// -- [4] strangers at the door --

const key = new TextEncoder().encode("sesame, sesame");

testWithPermission("[4] another program joins, and gets what is published", async () => {
  await using manager = await start();
  await using cook = new Cook();
  const buns = await manager.list(["pork"]);
  const queue = await manager.queue();
  const published = { buns, queue };
  const address = await soon(manager.serve({ authkey: key, published }), late);
  assertEquals(address.hostname, "127.0.0.1", "Unless told otherwise only this machine may call");
  assert(address.port > 0, "It tells the port that it has found");
  {
    await using remote = await soon(Manager.connect({ ...address, authkey: key }), late);
    assertEquals(String(remote), `Manager(127.0.0.1:${address.port})`);
    assertEquals(remote.pid, undefined);
    const theirs = await remote.get<ListProxy<string>>("buns");
    await theirs.append("leek");
    assertEquals(await buns.slice(), ["pork", "leek"]);
    assertEquals(await cook.call(theirs, "size"), 2, "It travels to the children of that program");
    for (const name of ["nothing", "constructor", "__proto__"]) {
      await assertFails(remote.get(name), KeyError, `'${name}' is not published`);
    }
    const own = await remote.value("made from afar");
    await buns.append(own as unknown as string);
    assertEquals(await (await buns.at(2) as unknown as typeof own).get(), "made from afar");
    await assertFails(remote.shutdown(), ManagerError, "It is not theirs to end");
    await assertFails(remote.serve({ authkey: key }), ManagerError, "It is not theirs to open");
    const get = await cook.begin(await remote.get("queue"), "get");
    await soon(queue.put("bun"), late);
    assertEquals(await soon(get.end, late), "bun");
  }
  assertEquals(await soon(buns.size(), "The manager has ended with one who was joined"), 3);
  const authkey = new Uint8Array([1]);
  const second = await manager.serve({ authkey, published: { queue } });
  assertNotEquals(second.port, address.port, "It may be opened more than once");
  await using guest = await Manager.connect({ ...second, authkey });
  await assertFails(
    guest.get("buns"),
    KeyError,
    "That is published for those who have another key",
  );
  assertEquals(await (await guest.get<typeof queue>("queue")).size(), 0);
});

testWithPermission("[4] who has another key does not come in, and the next one does", async () => {
  await using manager = await start();
  const keys = [key, new Uint8Array(), new Uint8Array([0, 255]), new Uint8Array(1_000).fill(7)];
  for (const authkey of keys) {
    const address = await manager.serve({ authkey });
    const wrong = [key.slice(1), new Uint8Array([...key, 1]), new Uint8Array([1]), ...keys];
    for (const other of wrong.filter((other) => other !== authkey)) {
      const sentence = `${authkey.length} bytes are the key, and ${other.length} others open`;
      await assertFails(
        Manager.connect({ ...address, authkey: other }),
        AuthenticationError,
        sentence,
      );
    }
    await using remote = await soon(Manager.connect({ ...address, authkey }), late);
    assertEquals(await (await remote.value(1)).get(), 1);
  }
  for (const authkey of ["sesame", [1], undefined] as unknown as Uint8Array[]) {
    await assertFails(manager.serve({ authkey }), TypeError, "A key is bytes");
    await assertFails(
      Manager.connect({ hostname: "127.0.0.1", port: 1, authkey }),
      TypeError,
      "A key is bytes",
    );
  }
});

/** The code that shows who knows the key, as the lesson says. */
async function codeOf(authkey: Uint8Array, side: "caller" | "called", ...numbers: Uint8Array[]) {
  const bytes = authkey.length > 0 ? new Uint8Array(authkey) : new Uint8Array(1);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const text = [...new TextEncoder().encode(side), ...numbers.flatMap((number) => [...number])];
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmac, new Uint8Array(text)));
}

/** The next bytes, as many as that, or as many as there are. */
async function readBytes(conn: Deno.Conn, count: number, sentence = late): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const size = await soon(conn.read(bytes.subarray(length)), sentence).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    if (size === null) break;
    length += size;
  }
  return bytes.subarray(0, length);
}

/** Sends them, unless the other side has hung up: who reads next sees that. */
async function writeBytes(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return;
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}

const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));

/** Looks whether the manager at that address serves somebody who knows the key. */
async function assertServes(
  address: { hostname: string; port: number },
  sentence = "The next honest client is not served",
): Promise<void> {
  const connecting = Manager.connect({ ...address, authkey: key });
  await using remote = await soon(connecting, sentence);
  assertEquals(await soon((await remote.value(1)).get(), late), 1);
}

testWithPermission("[4] both sides prove that they know the key, with fresh numbers", async () => {
  await using manager = await start();
  const address = await manager.serve({ authkey: key });
  const seen = new Set<string>();
  for (let i = 0; i < 3; i++) {
    using caller = await Deno.connect(address);
    const theirs = await readBytes(caller, 32);
    assertEquals(theirs.length, 32, "The server speaks first: a number of 32 bytes");
    seen.add(theirs.toHex());
    const ours = random(32);
    await writeBytes(caller, joined(ours, await codeOf(key, "caller", theirs, ours)));
    assertEquals(await readBytes(caller, 32), await codeOf(key, "called", theirs, ours));
  }
  assertEquals(seen.size, 3, "A number that comes again makes an old answer right again");
});

testWithPermission("[4] a wrong, an old or a foreign answer is refused", async () => {
  await using manager = await start();
  const address = await manager.serve({ authkey: key });
  let overheard = new Uint8Array();
  type Answer = (theirs: Uint8Array, ours: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  const flipped = (at: number): Answer => async (theirs, ours) => {
    const code = await codeOf(key, "caller", theirs, ours);
    code[at] ^= 1;
    return joined(ours, code);
  };
  const honest: Answer = async (theirs, ours) =>
    overheard = joined(ours, await codeOf(key, "caller", theirs, ours)) as typeof overheard;
  const answers: Record<string, Answer> = {
    "a code whose first bit is wrong": flipped(0),
    "a code whose last byte is wrong": flipped(31),
    "64 zeros": () => new Uint8Array(64),
    "64 times 255, as a length it would be 4 GB": () => new Uint8Array(64).fill(255),
    "its own number": (theirs) => joined(theirs, theirs),
    "the code of the other side": async (theirs, ours) =>
      joined(ours, await codeOf(key, "called", theirs, ours)),
    "a code of one number only": async (theirs, ours) =>
      joined(ours, await codeOf(key, "caller", theirs)),
    "an answer that was overheard": () => overheard,
    "a million bytes": () => new Uint8Array(1_000_000),
  };
  const isLetIn = async (answer: Answer) => {
    using caller = await Deno.connect(address);
    const theirs = await readBytes(caller, 32);
    await writeBytes(caller, await answer(theirs, random(32)));
    return (await readBytes(caller, 32, "The line stays open for one with a wrong answer")).length >
      0;
  };
  assert(await isLetIn(honest), "The right answer is refused");
  for (const [what, answer] of Object.entries(answers)) {
    assertFalse(await isLetIn(answer), `Let in: ${what}`);
  }
  await assertServes(address);
});

/** A stranger who sends one byte after the other, so slowly, until his line ends. */
async function drippingStranger(
  address: { hostname: string; port: number },
  milliseconds: number,
  most: number,
): Promise<AsyncDisposable & { sent: Promise<number> }> {
  const conn = await Deno.connect(address);
  const drip = async () => {
    for (let count = 0; count < most; count++) {
      try {
        await conn.write(new Uint8Array(1));
      } catch {
        return count;
      }
      await new Promise((turn) => setTimeout(turn, milliseconds));
    }
    return most;
  };
  const sent = drip();
  return {
    sent,
    async [Symbol.asyncDispose]() {
      conn.close();
      await sent;
    },
  };
}

testWithPermission("[4] who says nothing, half a word or nonsense is let go", async () => {
  await using manager = await start();
  const address = await manager.serve({ authkey: key });
  using patient = await Deno.connect(address);
  await assertServes(address);
  // So slowly that the whole answer would take ten times as long as it may.
  const slow = await manager.serve({ authkey: key, handshakeTimeout: 500 });
  await using dripping = await drippingStranger(slow, 80, 63);
  {
    const crowded = await manager.serve({ authkey: key, handshakeTimeout: 100_000 });
    using strangers = new DisposableStack();
    for (let n = 0; n < 20; n++) strangers.use(await Deno.connect(crowded));
    await assertServes(crowded, "Strangers who say nothing keep others out");
  }
  {
    using leaving = await Deno.connect(address);
    await readBytes(leaving, 32);
    await writeBytes(leaving, random(10));
  }
  await assertServes(address);
  assertEquals((await readBytes(patient, 32)).length, 32);

  const hasty = await manager.serve({ authkey: key, handshakeTimeout: 20 });
  using silent = await Deno.connect(hasty);
  using halting = await Deno.connect(hasty);
  await readBytes(halting, 32);
  await writeBytes(halting, random(40));
  const waits = "A stranger who says nothing keeps his line for ever";
  assertEquals((await readBytes(silent, 33, waits)).length, 32);
  assertEquals((await readBytes(halting, 1, waits)).length, 0, "Half an answer lets nobody in");

  const nonsense = [
    "",
    "{}",
    "null",
    "[1]",
    '{"id":1}',
    '{"id":1,"object":0,"method":7}',
    "\xff\x0f",
  ];
  for (const text of nonsense) {
    using known = await soon(Deno.connect(address), late).catch(() => {
      throw new Error("Nobody answers any more: the server has died of what it has heard");
    });
    const [theirs, ours] = [await readBytes(known, 32), random(32)];
    await writeBytes(known, joined(ours, await codeOf(key, "caller", theirs, ours)));
    await readBytes(known, 32);
    const body = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const all = joined(new Uint8Array([0, 0, 0, body.length]), body, new Uint8Array(20).fill(255));
    await writeBytes(known, all);
  }
  await assertServes(address);
  await soon((await manager.value(1)).get(), "The server has died of nonsense");
  const stays = "A stranger who sends a byte now and then keeps his line for ever";
  assert(await soon(dripping.sent, stays) < 63, stays);
});

/** Somebody who is not the manager, and answers as he likes. */
function falseServer(speak: (caller: Deno.Conn) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard: Deno.Conn[] = [];
  const answer = async () => {
    for await (const caller of listener) {
      heard.push(caller);
      void speak(caller).catch(() => {});
    }
  };
  void answer();
  const { hostname, port } = listener.addr;
  return {
    hostname,
    port,
    [Symbol.dispose]() {
      listener.close();
      for (const caller of heard) caller.close();
    },
  };
}

testWithPermission("[4] a server that does not know the key is not trusted", async () => {
  const numbers = new Set<string>();
  const answers: Record<string, (theirs: Uint8Array, code: Uint8Array) => Uint8Array> = {
    "any code": () => random(32),
    "the caller's own code": (_theirs, code) => code,
    "the caller's own number": (theirs) => theirs,
    "zeros": () => new Uint8Array(32),
  };
  for (const [what, answer] of Object.entries(answers)) {
    using server = falseServer(async (caller) => {
      await writeBytes(caller, random(32));
      const [theirs, code] = [await readBytes(caller, 32), await readBytes(caller, 32)];
      numbers.add(theirs.toHex());
      await writeBytes(caller, answer(theirs, code));
    });
    const { hostname, port } = server;
    const trusted = Manager.connect({ hostname, port, authkey: key });
    await assertFails(trusted, AuthenticationError, `Trusted, with ${what}`);
  }
  assertEquals(numbers.size, 4, "A caller has to take a fresh number as well");
});

testWithPermission("[4] nobody there, or somebody who says nothing", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  listener.close();
  await assertFails(Manager.connect({ hostname, port, authkey: key }), ManagerError);
  using silent = falseServer(() => Promise.resolve());
  const options = { hostname, port: silent.port, authkey: key };
  const error = await errorOf(Manager.connect({ ...options, timeout: 20 }));
  assertEquals((error as Error).name, "TimeoutError");
  await assertFails(Manager.connect({ ...options, timeout: NaN }), RangeError);
});

testWithPermission("[4] the key is nowhere to be seen", async () => {
  await using manager = await start();
  const address = await manager.serve({ authkey: key });
  const heard: Uint8Array[] = [];
  using server = falseServer(async (caller) => {
    await writeBytes(caller, random(32));
    heard.push(await readBytes(caller, 64));
    caller.closeWrite();
  });
  const { hostname, port } = server;
  const refused = await errorOf(Manager.connect({ hostname, port, authkey: key }));
  const wrong = await errorOf(Manager.connect({ ...address, authkey: key.slice(1) }));
  await using remote = await Manager.connect({ ...address, authkey: key });
  const buns = await remote.value(1);
  await using cook = new Cook();
  await cook.call(buns, "get");
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-ww", "-o", "args="] }).output();
  const places = {
    "what a manager prints": Deno.inspect([manager, remote, buns], { depth: 10, showHidden: true }),
    "JSON": JSON.stringify([manager, remote, buns]),
    "an error": [refused, wrong].map((error) => Deno.inspect(error)).join(),
    "the list of all programs": new TextDecoder().decode(stdout),
    "what a server hears that does not know it": new TextDecoder("latin1").decode(joined(...heard)),
  };
  const text = new TextDecoder().decode(key);
  const forms = [
    text,
    text.slice(1),
    key.toHex(),
    key.toBase64(),
    String(key),
    [...key].join(", "),
  ];
  for (const [where, shown] of Object.entries(places)) {
    assertFalse(forms.some((form) => shown.includes(form)), `The key is in ${where}`);
  }
});

testWithPermission("[4] an address is free again as soon as its manager has ended", async () => {
  const first = await start();
  const { port } = await first.serve({ authkey: key });
  await assertServes({ hostname: "127.0.0.1", port });
  await using second = await start();
  const taken = await errorOf(second.serve({ port, authkey: key }));
  assertEquals((taken as Error).name, "AddrInUse", "Somebody has that port already");
  await first.shutdown();
  await soon(second.serve({ port, authkey: key }), late);
  await assertServes({ hostname: "127.0.0.1", port });
});

testWithPermission("[4] another thread of the same process is somebody else", async () => {
  await using manager = await start();
  const lock = await manager.rlock();
  const told: ValueProxy<unknown> = await manager.value<unknown>("nothing");
  const { hostname, port } = await manager.serve({ authkey: key, published: { lock, told } });
  await using remote = await Manager.connect({ hostname, port, authkey: key });
  const same = await remote.get<typeof lock>("lock");
  await lock.acquire();
  assertEquals(await same.acquire({ blocking: false }), true, "Two lines, and still this thread");
  await same.release();
  const thread = new Thread({
    module: import.meta.resolve("./fixtures/other_thread.ts"),
    target: "tryTheLock",
    args: [judged, hostname, port, key],
  });
  thread.start();
  await soon(thread.join(), "The thread does not end");
  assertEquals(await told.get(), [false, "LockError"], "This thread holds it, not the other one");
});

testWhatToFixFirst();
