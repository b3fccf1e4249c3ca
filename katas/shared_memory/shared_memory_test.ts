import {
  assert,
  assertEquals,
  assertFalse,
  assertGreaterOrEqual,
  assertInstanceOf,
} from "@std/assert";
import {
  assertThrows,
  ownTemporaryFiles,
  runProgram,
  soon,
  testWhatToFixFirst,
  testWithPermission,
  thrownOr,
} from "../_kit/mod.ts";
import { ProcessRLock } from "#solutions/process_locks/process_locks.ts";
import { refusalOf, startHand } from "./fixtures/hands.ts";
import {
  SharedArray,
  SharedMemory,
  SharedMemoryError,
  type SharedOptions,
  SharedValue,
  type Typecode,
} from "./shared_memory.ts";

const late = "It does not come: who waits for it is never told";
const errorOf = (promise: Promise<unknown>) => soon(promise.then(() => undefined, (e) => e), late);
const cellsOf = (memory: SharedMemory) => new Int32Array(memory.buffer);

// -- [1] memory is made, seen under its name, and closed --

testWithPermission("[1] new memory has the size that was asked for, and is all zero", () => {
  for (const bytes of [1, 3, 8, 4_096, 4_097, 3 * 2 ** 20 + 1]) {
    using memory = SharedMemory.create(bytes);
    assertEquals(memory.size, bytes);
    assertEquals(memory.buffer.byteLength, bytes);
    assert(new Uint8Array(memory.buffer).every((byte) => byte === 0), "Somebody's bytes are in it");
    new Uint8Array(memory.buffer).fill(255);
  }
  using again = SharedMemory.create(4_097);
  assert(new Uint8Array(again.buffer).every((byte) => byte === 0), "Old bytes are in it");
});

testWithPermission(
  "[1] new memory has its place on the disk, and is no file with holes",
  async () => {
    using folder = ownTemporaryFiles();
    const bytes = 2 ** 20;
    await Deno.writeFile(`${folder.path}/zeros`, new Uint8Array(bytes));
    const needed = blocksBelow(folder.path);
    using _memory = SharedMemory.create(bytes);
    const holes =
      "It is only as long as it should be, with nothing in it. When the disk is full the first write " +
      "to such a hole ends the program: write the zeros, in blocks of the disk";
    assertGreaterOrEqual(blocksBelow(folder.path) - needed, needed, holes);
  },
);

/** How many blocks of the disk the files below a folder take. */
function blocksBelow(folder: string): number {
  return entriesBelow(folder).reduce((sum, path) => sum + (Deno.statSync(path).blocks ?? 0), 0);
}

function entriesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? [path, ...entriesBelow(path)] : [path];
  });
}

testWithPermission("[1] its buffer is always the same, and takes what is written", () => {
  using memory = SharedMemory.create(16);
  assert(
    memory.buffer === memory.buffer,
    "A new buffer at each look makes a new view at each look",
  );
  cellsOf(memory)[1] = 7;
  assertEquals(Atomics.add(cellsOf(memory), 1, 5), 7);
  new DataView(memory.buffer).setFloat64(8, 2.5);
  assertEquals([cellsOf(memory)[1], new DataView(memory.buffer).getFloat64(8)], [12, 2.5]);
});

testWithPermission("[1] who attaches to a name sees the same bytes, at once", () => {
  using mine = SharedMemory.create(8);
  using other = SharedMemory.create(8);
  using theirs = SharedMemory.attach(mine.name);
  assertEquals(theirs.name, mine.name);
  assertEquals(theirs.size, 8);
  cellsOf(mine)[0] = 42;
  assertEquals(cellsOf(theirs)[0], 42, "It has a copy, or what is written is not there yet");
  cellsOf(theirs)[1] = 43;
  assertEquals(cellsOf(mine)[1], 43);
  assertEquals([...cellsOf(other)], [0, 0], "Each memory is its own");
});

testWithPermission("[1] a size or a name that makes no sense is refused", () => {
  for (const bytes of [0, -1, 1.5, NaN, Infinity, "8", 2 ** 53] as number[]) {
    assertThrows(() => SharedMemory.create(bytes), RangeError, "", `${bytes} bytes`);
  }
  for (const name of ["/no/such/memory", "no such memory"]) {
    assertThrows(() => SharedMemory.attach(name), SharedMemoryError, "", `attach("${name}")`);
  }
  using folder = ownTemporaryFiles();
  const other = `${folder.path}/no_memory`;
  Deno.mkdirSync(other);
  assertThrows(() => SharedMemory.attach(other), SharedMemoryError, "", "Somebody's own folder");
  const traces = "Who attaches to what is no memory makes nothing there, and removes nothing";
  assertEquals(entriesBelow(folder.path), [other], traces);
});

testWithPermission(
  "[1] who looks at closed memory finds no bytes, and nothing crashes",
  async () => {
    const program = new URL("./fixtures/closed.ts", import.meta.url);
    const { code, stdout, stderr } = await runProgram(program, {
      args: [import.meta.resolve("./shared_memory.ts")],
    });
    const crash =
      `A view of memory that is not ours any more ends the program, or reads what others have ` +
      `there by now: detach the buffer before you give the memory back. ${stdout} ${stderr}`;
    assertEquals(code, 0, crash);
    const [seen, mapped] = stdout.split("\n");
    assertEquals(seen, "0 bytes, undefined, TypeError", crash);
    const kept =
      "No view shows it any more, and the process still has it: give it back to the system, by munmap";
    assertEquals(mapped, "0 mappings left", kept);
  },
);

testWithPermission("[1] a closed memory says so", () => {
  const memory = SharedMemory.create(8);
  assertEquals(String(memory), "SharedMemory(8 bytes)");
  memory.close();
  memory.close();
  assertEquals(memory.size, 0, "No bytes are left here");
  assertEquals(String(memory), "SharedMemory(closed)");
  assertThrows(() => memory.unlink(), SharedMemoryError);
});

testWithPermission("[1] to close one object takes nothing from another one", () => {
  const mine = SharedMemory.create(8);
  using theirs = SharedMemory.attach(mine.name);
  cellsOf(mine)[0] = 42;
  mine.close();
  assertEquals(cellsOf(theirs)[0], 42, "They still have it");
  cellsOf(theirs)[0] = 43;
  const error = thrownOr(undefined, () => {
    using third = SharedMemory.attach(theirs.name);
    assertEquals(cellsOf(third)[0], 43);
  });
  assertEquals(error, undefined, "As long as somebody has it, it can be had, whoever made it");
});

testWithPermission("[1] a name that is unlinked is gone, and who has the memory keeps it", () => {
  using mine = SharedMemory.create(8);
  using theirs = SharedMemory.attach(mine.name);
  theirs.unlink();
  mine.unlink();
  assertThrows(() => SharedMemory.attach(mine.name), SharedMemoryError);
  cellsOf(mine)[0] = 42;
  assertEquals(cellsOf(theirs)[0], 42);
});

testWithPermission("[1] when the last one has closed it, nothing is left", () => {
  using folder = ownTemporaryFiles();
  const mine = SharedMemory.create(8);
  const theirs = SharedMemory.attach(mine.name);
  mine.close();
  assert(folder.entries().length > 0, "It lies where temporary files lie");
  theirs.close();
  assertEquals(folder.entries(), [], "Nobody has it any more, and its file is still there");
  assertThrows(() => SharedMemory.attach(mine.name), SharedMemoryError);
});

// -- [2] it goes to other processes --

testWithPermission("[2] memory is an argument of a process, and is the same there", async () => {
  using memory = SharedMemory.create(8);
  await using ben = await startHand({ memory });
  cellsOf(memory)[0] = 42;
  assertEquals(await ben.ask("hand", "peek", "memory", 0), 42, "The child has a copy");
  await ben.ask("hand", "poke", "memory", 1, 43);
  assertEquals(cellsOf(memory)[1], 43, "What the child writes is not seen here");
});

testWithPermission("[2] a child attaches by name, and what it makes can be had here", async () => {
  using memory = SharedMemory.create(8);
  await using ben = await startHand();
  await ben.ask("hand", "attach", "it", memory.name);
  await ben.ask("hand", "poke", "it", 0, 42);
  assertEquals(cellsOf(memory)[0], 42);
  await ben.ask("it", "unlink");
  const error = await errorOf(ben.ask("hand", "attach", "it", memory.name));
  assertEquals(error?.name, "SharedMemoryError");
});

testWithPermission("[2] Atomics of two processes lose nothing", async () => {
  using memory = SharedMemory.create(12);
  await using anna = await startHand({ memory });
  await using ben = await startHand({ memory });
  const times = 20_000;
  await Promise.all([anna, ben].map((one) => one.ask("hand", "count", "memory", 2, times)));
  assertEquals(cellsOf(memory)[2], 2 * times);
});

testWithPermission(
  "[2] memory does not travel as a clone, nor when it is closed or unlinked",
  async () => {
    const memory = SharedMemory.create(8);
    assertThrows(
      () => structuredClone(memory),
      DOMException,
      "",
      "The clone would be an empty shell",
    );
    memory.unlink();
    assertInstanceOf(await refusalOf({ memory }), Error, "Its name is gone");
    memory.close();
    assertInstanceOf(await refusalOf({ memory }), SharedMemoryError, "It is closed");
  },
);

// -- [3] a number --

testWithPermission("[3] a value is what it was made with, 0 unless told", () => {
  using zero = new SharedValue("i");
  assertEquals(zero.get(), 0);
  using none = new SharedValue("Q");
  assertEquals(none.get(), 0n, "64 bits are a bigint");
  using seven = new SharedValue("h", -7);
  assertEquals(seven.get(), -7);
  seven.set(8);
  assertEquals(seven.get(), 8);
  assertEquals(zero.get(), 0, "Each value has its own memory");
});

/** The least and the greatest of each kind of integers. */
const ranges = {
  b: [-128, 127],
  B: [0, 255],
  h: [-32_768, 32_767],
  H: [0, 65_535],
  i: [-2_147_483_648, 2_147_483_647],
  I: [0, 4_294_967_295],
  q: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
  Q: [0n, 18_446_744_073_709_551_615n],
} as const;

for (const [code, [least, greatest]] of Object.entries(ranges) as [Typecode, readonly bigint[]][]) {
  const one = typeof least === "bigint" ? 1n : 1 as unknown as bigint;
  testWithPermission(`[3] ${code} goes from ${least} to ${greatest}, and no further`, () => {
    using value = new SharedValue(code, least);
    assertEquals(value.get(), least);
    value.set(greatest);
    assertEquals(value.get(), greatest);
    for (const beyond of [least - one, greatest + one]) {
      const wraps = `${beyond} does not fit: it would be another number there`;
      assertThrows(() => value.set(beyond), RangeError, "", wraps);
      assertThrows(() => new SharedValue(code, beyond), RangeError, "", wraps);
    }
    assertThrows(() => value.add(one), RangeError, "", "A sum that does not fit is refused");
    assertEquals(value.get(), greatest, "A refused number changes nothing");
    assertEquals(value.add(-one), greatest - one, "add returns the sum");
    assertEquals(value.add(least - greatest + one), least);
    assertThrows(() => value.add(-one), RangeError);
    assertEquals(value.get(), least);
  });
}

testWithPermission("[3] what is not of its kind is refused, and changes nothing", () => {
  using int = new SharedValue("i", 5);
  for (const wrong of [1.5, NaN, Infinity, "6", 6n, null, {}, undefined] as number[]) {
    assertThrows(() => int.set(wrong), TypeError, "", `set(${String(wrong)}) of an integer`);
    assertThrows(() => int.add(wrong), TypeError, "", `add(${String(wrong)}) to an integer`);
  }
  assertEquals(int.get(), 5);
  using long = new SharedValue("q", 5n);
  for (const wrong of [6, "6", null] as unknown as bigint[]) {
    assertThrows(
      () => long.set(wrong),
      TypeError,
      "",
      `set(${wrong}) of 64 bits: it takes a bigint`,
    );
    assertThrows(() => long.add(wrong), TypeError, "", `add(${wrong}) to 64 bits`);
  }
  assertEquals(long.get(), 5n);
  for (const code of ["x", "", "ii", "constructor", "__proto__"] as string[] as "i"[]) {
    assertThrows(() => new SharedValue(code, 1), TypeError, "", `'${code}' is no typecode`);
  }
});

testWithPermission("[3] floating point numbers keep what their bits hold", () => {
  using double = new SharedValue("d", 0.1);
  assertEquals(double.get(), 0.1);
  using single = new SharedValue("f", 0.1);
  assertEquals(single.get(), Math.fround(0.1));
  for (const number of [NaN, Infinity, -Infinity, -0, 1e38]) {
    for (const value of [double, single]) {
      value.set(number);
      const kept = value === double ? number : Math.fround(number);
      assert(Object.is(value.get(), kept), `${number} became ${value.get()}`);
    }
  }
  assertThrows(() => single.set(1e39), RangeError, "", "1e39 in 32 bits would become Infinity");
  for (const wrong of ["1", 1n, undefined] as unknown[] as number[]) {
    assertThrows(() => double.set(wrong), TypeError, "", `set(${String(wrong)})`);
  }
  for (const value of [double, single]) {
    assertThrows(() => value.add(1), TypeError, "", "No processor adds to them in one step");
  }
});

/** Calls it while others act right after each time that it has called that function of `Atomics`. */
function whileOthersAct(
  name: "load" | "store" | "compareExchange",
  act: () => void,
  call: () => void,
): void {
  const original = Atomics[name] as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const seen = original(...args);
    act();
    return seen;
  };
  Object.assign(Atomics, { [name]: watched });
  try {
    call();
  } finally {
    Object.assign(Atomics, { [name]: original });
  }
}

testWithPermission("[3] a value of 64 bits is read and written whole", async () => {
  // Both halves of the two numbers differ.
  for (const [code, patterns] of [["q", [0n, -1n]], ["d", [0, 1 / 3]]] as const) {
    using value = new SharedValue<Typecode>(code);
    const torn = `Half of one number and half of another one, typecode ${code}`;
    const seen = new Set<unknown>();
    let turn = 0;
    const setAnother = () => value.set(patterns[turn++ & 1]);
    whileOthersAct("store", () => seen.add(value.get()), () => value.set(patterns[1]));
    whileOthersAct("load", setAnother, () => seen.add(value.get()));
    assertEquals(seen.difference(new Set<unknown>(patterns)), new Set(), torn);
    await using ben = await startHand({ value });
    const looking = ben.ask("hand", "lookForTorn", "value", patterns, 300_000);
    let isLooking = true;
    looking.finally(() => isLooking = false);
    while (isLooking) {
      for (let i = 0; i < 1_000; i++) value.set(patterns[i & 1]);
      await new Promise((resolve) => setTimeout(resolve));
    }
    assertEquals(await looking, undefined, torn);
  }
});

testWithPermission("[3] a closed value refuses everything, and says what it is before", () => {
  const value = new SharedValue("q", 5n);
  assertEquals(String(value), "SharedValue(q, 5)");
  value.close();
  value.close();
  assertEquals(String(value), "SharedValue(closed)");
  const calls = [
    () => value.get(),
    () => value.set(1n),
    () => value.add(1n),
    () => value.lock,
  ];
  for (const call of calls) assertThrows(call, SharedMemoryError, "", `${call}`);
});

// -- [4] many numbers in a row --

testWithPermission("[4] an array has its values, or so many zeros", () => {
  using numbers = new SharedArray("i", [11, 22, 33, 44]);
  assertEquals([numbers.length, numbers.slice()], [4, [11, 22, 33, 44]]);
  for (const code of ["b", "B", "h", "H", "i", "I", "f", "d"] as const) {
    using zeros = new SharedArray(code, 3);
    assertEquals(zeros.slice(), [0, 0, 0], code);
    zeros.setAll([1, 2, 3]);
    assertEquals(zeros.slice(), [1, 2, 3], code);
  }
  using longs = new SharedArray("q", new Set([1n, -2n]));
  assertEquals(longs.slice(), [1n, -2n]);
  // What is iterable may be so once.
  using once = new SharedArray("i", [7, 8, 9].values());
  once.setAll([5, 6].values(), 1);
  assertEquals(once.slice(), [7, 5, 6], "An iterator gives its values once, and is empty then");
});

testWithPermission("[4] a place that is not there is an error, when read and when written", () => {
  using numbers = new SharedArray("i", [11, 22, 33, 44]);
  assertEquals([numbers.at(0), numbers.at(3), numbers.at(-1), numbers.at(-4)], [11, 44, 44, 11]);
  numbers.set(-1, 55);
  assertEquals(numbers.add(3, 5), 60);
  for (const index of [4, -5, 1.5, NaN, Infinity, "0", undefined, 2 ** 32] as number[]) {
    const silent = `${index}: a typed array gives undefined, and writes nothing, without a word`;
    assertThrows(() => numbers.at(index), RangeError, "", silent);
    assertThrows(() => numbers.set(index, 1), RangeError, "", silent);
    assertThrows(() => numbers.add(index, 1), RangeError, "", silent);
  }
  assertEquals(numbers.slice(), [11, 22, 33, 60]);
});

testWithPermission(
  "[4] what does not fit is refused at every place, and nothing is changed",
  () => {
    using numbers = new SharedArray("B", [1, 2, 3]);
    for (const [wrong, kind] of [[256, RangeError], [-1, RangeError], [0.5, TypeError]] as const) {
      assertThrows(() => numbers.set(1, wrong), kind);
      assertThrows(() => numbers.setAll([9, wrong]), kind);
      assertThrows(() => new SharedArray("B", [9, wrong]), kind);
    }
    assertThrows(() => numbers.add(1, 254), RangeError);
    assertThrows(() => numbers.setAll([7, 8], 2), RangeError, "", "There is room for one");
    assertThrows(() => numbers.setAll([7], 3), RangeError);
    assertEquals(
      numbers.slice(),
      [1, 2, 3],
      "It is half written: look at all before you write one",
    );
    numbers.setAll([7, 8], 1);
    numbers.setAll([6], -1);
    numbers.setAll([]);
    assertEquals(numbers.slice(), [1, 7, 6]);
  },
);

testWithPermission(
  "[4] a slice is a copy, from where to where an array of JavaScript takes it",
  () => {
    const plain = [11, 22, 33, 44];
    using numbers = new SharedArray("i", plain);
    for (const start of [undefined, 0, 1, 4, 9, -1, -9]) {
      for (const end of [undefined, 0, 2, 4, 9, -1, -9]) {
        assertEquals(numbers.slice(start, end), plain.slice(start, end), `slice(${start}, ${end})`);
      }
    }
    const copy = numbers.slice();
    copy[0] = 99;
    assertEquals(numbers.at(0), 11, "Who changes the copy changes nothing else");
  },
);

testWithPermission(
  "[4] an array of no length, or no sense, is refused and leaves nothing",
  () => {
    using folder = ownTemporaryFiles();
    for (const length of [0, -1, 1.5, NaN, 2 ** 53]) {
      assertThrows(() => new SharedArray("i", length), RangeError, "", `length ${length}`);
    }
    assertThrows(() => new SharedArray("i", []), RangeError, "", "No numbers");
    assertThrows(() => new SharedArray("i", [1, 2 ** 31]), RangeError);
    assertThrows(() => new SharedArray("x" as "i", 1), TypeError);
    assertThrows(
      () => new SharedArray("i", 1, { lock: {} as ProcessRLock }),
      TypeError,
      "",
      "No lock",
    );
    assertEquals(folder.entries(), [], "What was refused has left a file");
  },
);

testWithPermission("[4] neither a value nor an array travels as a clone", () => {
  using value = new SharedValue("i", 1);
  using numbers = new SharedArray("i", [1]);
  for (const it of [value, numbers]) {
    const shell = `The clone of ${it} would be an empty shell`;
    assertThrows(() => structuredClone(it), DOMException, "", shell);
  }
});

testWithPermission("[4] a child changes an array, and its parent sees it", async () => {
  using numbers = new SharedArray("i", [11, 22, 33, 44]);
  await using ben = await startHand({ numbers });
  assertEquals(await ben.ask("numbers", "slice"), [11, 22, 33, 44]);
  await ben.ask("numbers", "set", 0, 111);
  await ben.ask("numbers", "setAll", [7, 8], 2);
  assertEquals(numbers.slice(), [111, 22, 7, 8]);
  numbers.set(1, 5);
  assertEquals(await ben.ask("numbers", "at", 1), 5);
  const error = await errorOf(ben.ask("numbers", "at", 4));
  assertEquals(error?.name, "RangeError", "Its length travels as well");
});

testWithPermission("[4] a closed array refuses everything, and says what it is before", () => {
  const numbers = new SharedArray("i", [11, 22]);
  assertEquals(String(numbers), "SharedArray(i, 11, 22)");
  using many = new SharedArray("b", 100);
  assert(String(many).length < 100, `A long array shows its beginning: ${many}`);
  numbers.close();
  assertEquals(String(numbers), "SharedArray(closed)");
  const calls = [
    () => numbers.at(0),
    () => numbers.set(0, 1),
    () => numbers.add(0, 1),
    () => numbers.slice(),
    () => numbers.setAll([1]),
    () => numbers.length,
    () => numbers.lock,
  ];
  for (const call of calls) assertThrows(call, SharedMemoryError, "", `${call}`);
});

// -- [5] read, add and write --

testWithPermission("[5] two that read, add and write lose an update; add loses none", async () => {
  using value = new SharedValue("i", 0);
  await using anna = await startHand({ value });
  await using ben = await startHand({ value });
  const seen = [await anna.ask("value", "get"), await ben.ask("value", "get")];
  await anna.ask("value", "set", seen[0] + 1);
  await ben.ask("value", "set", seen[1] + 1);
  assertEquals(value.get(), 1, "Both have read 0 and written 1: a value keeps no hidden lock");
  const times = 20_000;
  const adding = [anna, ben].map((one) => one.ask("hand", "repeat", "value", "add", times, 1));
  for (let i = 0; i < times; i++) value.add(1);
  await Promise.all(adding);
  assertEquals(value.get(), 1 + 3 * times, "add is one step, of all processes");
});

testWithPermission("[5] add is one step, whoever comes between its parts", () => {
  using value = new SharedValue("i", 0);
  let others = 0;
  const addToo = () => {
    if (others++ < 3) value.add(1);
  };
  whileOthersAct("load", addToo, () => value.add(1));
  const lost = "It looks, adds and writes, and what others have added in between is lost";
  assertEquals(value.get(), 1 + Math.min(3, others), lost);
});

testWithPermission("[5] add looks at the sum that it writes, after others have come too", () => {
  using value = new SharedValue("b", 126);
  let others = 0;
  const addToo = () => {
    if (others++ === 0) value.add(1);
  };
  const error = thrownOr(undefined, () => whileOthersAct("load", addToo, () => value.add(1)));
  const beyond =
    "126, and 1 of somebody else that came in between, and 1 do not fit: look at each sum again";
  assertEquals(value.get(), 127, beyond);
  if (others > 0) assertInstanceOf(error, RangeError, beyond);
});

testWithPermission("[5] add returns what it has made of it, and not what others have since", () => {
  using value = new SharedValue("i", 0);
  let others = 0;
  const addMore = () => {
    if (value.get() === 1 && others++ === 0) value.add(5);
  };
  let sum = 0;
  whileOthersAct("compareExchange", addMore, () => sum = value.add(1));
  assertEquals(value.get(), others > 0 ? 6 : 1);
  assertEquals(sum, 1, "It returns what it finds when it looks once more: a number of others");
});

testWithPermission("[5] add of every kind of integers loses none", async () => {
  const codes = ["b", "B", "h", "H", "i", "I", "q", "Q"] as const;
  const arrays = Object.fromEntries(
    codes.map((code) => [code, new SharedArray<Typecode>(code, 2)]),
  );
  await using ben = await startHand(arrays);
  const times = 100;
  for (const [code, array] of Object.entries(arrays)) {
    const one = code === "q" || code === "Q" ? 1n : 1;
    const adding = ben.ask("hand", "repeat", code, "add", times, 1, one);
    for (let i = 0; i < 20; i++) array.add(1, one);
    await adding;
    assertEquals(array.slice().map(Number), [0, times + 20], `Typecode ${code}`);
  }
  await ben.ends();
  for (const array of Object.values(arrays)) array.close();
});

testWithPermission("[5] under the lock nothing is lost, whatever is done", async () => {
  using value = new SharedValue("d", 0);
  await using anna = await startHand({ value });
  await using ben = await startHand({ value });
  const work = [anna, ben].map((one) => one.ask("hand", "addUnderLock", "value", 10));
  for (let i = 0; i < 10; i++) {
    await using _held = await value.lock.hold();
    const before = value.get();
    await new Promise((resolve) => setTimeout(resolve));
    value.set(before + 1);
  }
  await soon(Promise.all(work), late);
  assertEquals(value.get(), 30, "Each process has a lock of its own, so two were inside at once");
});

testWithPermission(
  "[5] the lock is one for all, reentrant, and holds nobody up who does not take it",
  async () => {
    using value = new SharedValue("i", 1);
    await using ben = await startHand({ value });
    await using _outer = await value.lock.hold();
    await using _inner = await soon(value.lock.hold(), "It waits for itself");
    assertEquals(value.lock.depth, 2);
    const isTaken = await ben.ask("hand", "acquire", "value", { blocking: false });
    assertEquals(isTaken, false, "Each process has a lock of its own");
    await ben.ask("value", "set", 2);
    assertEquals(value.get(), 2, "set does not take the lock: what you do is up to you");
  },
);

testWithPermission("[5] two values have two locks, unless they are given one", async () => {
  using lock = new ProcessRLock();
  using first = new SharedValue("i", 1, { lock });
  using second = new SharedArray("i", 1, { lock });
  using third = new SharedValue("i", 1);
  assert(first.lock === lock && second.lock === lock, "The given lock is used");
  await using ben = await startHand({ first, second, third });
  assertEquals(await ben.ask("hand", "acquire", "first", { timeout: 9_000 }), true);
  assertEquals(
    await second.lock.acquire({ blocking: false }),
    false,
    "The same lock, in the child too",
  );
  assertEquals(await third.lock.acquire({ timeout: 9_000 }), true, "Another lock");
  third.lock.release();
  await ben.ends();
});

testWithPermission(
  "[5] who closes a number closes its own lock, and never a given one",
  async () => {
    using given = new ProcessRLock();
    const isClosed = async (lock: ProcessRLock) =>
      await errorOf(lock.acquire({ timeout: 9_000 }).then(() => lock.release())) !== undefined;
    for (const make of [madeValue, madeArray]) {
      const own = make();
      const { lock } = own;
      own.close();
      const open =
        "Its own lock is still open, and with it a file: who closes a number closes both";
      assert(await isClosed(lock), open);
      const first = make({ lock: given });
      using second = make({ lock: given });
      await using ben = await startHand({ first, second });
      first.close();
      const shut = "It has closed the lock that it was given, which others still use";
      assertFalse(await isClosed(given), shut);
      await ben.ask("first", "close");
      const error = await errorOf(ben.ask("hand", "acquire", "second", { timeout: 9_000 }));
      assertEquals(error, undefined, `${shut}. In the child it was given as well`);
      await ben.ends();
    }
  },
);

const madeValue = (options?: SharedOptions) => new SharedValue("i", 1, options);
const madeArray = (options?: SharedOptions) => new SharedArray("i", 1, options);

// -- [6] whoever dies --

testWithPermission("[6] it can be given on, and lives as long as somebody has it", async () => {
  using folder = ownTemporaryFiles();
  const value = new SharedValue("i", 40);
  await using ben = await startHand({ value });
  value.close();
  assertEquals(await ben.ask("hand", "passOn", "value", 2), 0, "The third process cannot have it");
  assertEquals(await ben.ask("value", "get"), 42);
  await ben.ends();
  assertEquals(folder.entries(), [], "The last one has ended, and left files behind");
});

testWithPermission(
  "[6] when its maker is killed the others keep it, and the last one removes it",
  async () => {
    using folder = ownTemporaryFiles();
    const memory = await madeByOneWhoIsKilled();
    assertEquals(cellsOf(memory)[0], 42, "What a dead process has written is there");
    await using ben = await startHand({ memory });
    memory.close();
    assertEquals(await ben.ask("hand", "peek", "memory", 0), 42);
    await ben.ends();
    assertEquals(folder.entries(), [], "The last one has ended, and left files behind");
  },
);

async function madeByOneWhoIsKilled(): Promise<SharedMemory> {
  await using ben = await startHand();
  await ben.ask("hand", "make", "it", "SharedMemory", 4);
  await ben.ask("hand", "poke", "it", 0, 42);
  return SharedMemory.attach(await ben.ask("hand", "nameOf", "it"));
}

testWithPermission("[6] who is killed while it holds the lock keeps nobody out", async () => {
  using value = new SharedValue("i", 1);
  {
    await using ben = await startHand({ value });
    assertEquals(await ben.ask("hand", "acquire", "value"), true);
    const waiting = value.lock.acquire();
    ben.process.kill();
    assertEquals(await soon(waiting, "The holder is dead, and who waits sleeps for ever"), true);
    value.lock.release();
  }
  assertEquals(value.get(), 1);
});

testWithPermission("[6] who is killed while it waits for the lock holds up nobody", async () => {
  using value = new SharedValue("i", 1);
  await using carl = await startHand({ value });
  await soon(value.lock.acquire(), late);
  let waiting: Promise<boolean>;
  {
    await using ben = await startHand({ value });
    void ben.tell("hand", "acquire", "value");
    await ben.ask("value", "get"); // It was told that after it has begun to wait.
    waiting = carl.tell("hand", "acquire", "value");
    await carl.ask("value", "get");
    ben.process.kill();
  }
  value.lock.release();
  assertEquals(await soon(waiting, "Carl sleeps for ever behind one who is dead"), true);
  await carl.ask("hand", "release", "value");
  assertEquals(await soon(value.lock.acquire(), "The lock went to one who is dead"), true);
});

testWithPermission(
  "[6] who comes when all have closed it gets an error, and no new memory",
  async () => {
    const value = new SharedValue("i", 1);
    const coming = refusalOf({ value });
    value.close();
    assertInstanceOf(await coming, Error, "The child has a value that nobody else sees");
  },
);

testWithPermission("[6] without the permission for it, it is Deno's own error", async () => {
  const program = new URL("./fixtures/forbidden.ts", import.meta.url);
  const { code, stdout, stderr } = await runProgram(program, {
    args: [import.meta.resolve("./shared_memory.ts")],
  });
  assertEquals([code, stdout.trim()], [0, "NotCapable, 0 files"], stderr);
});

testWhatToFixFirst();
