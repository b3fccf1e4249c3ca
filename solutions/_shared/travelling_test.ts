/** Objects that travel to children: as arguments, in messages, and on to grandchildren. */
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Process } from "#solutions/processes/processes.ts";
import { depart, pack, unpack } from "./travelling.ts";

/** What children are given here, in a module that they can load. */
const module = `data:text/javascript,${
  encodeURIComponent(`
import { Process, parentProcess } from "${import.meta.resolve("../processes/processes.ts")}";
import { arrive, depart, refuseClones } from "${import.meta.resolve("./travelling.ts")}";

export class Kettle {
  #litres;
  constructor(litres) { this.#litres = litres; refuseClones(this); }
  get litres() { return this.#litres; }
  [depart]() {
    if (this.#litres < 0) throw new RangeError("This kettle leaks");
    return {
      module: import.meta.url,
      data: { litres: this.#litres },
      left: (ended) => { this.hasLeft = true; this.ended = ended; },
    };
  }
  static async [arrive]({ litres }) {
    await undefined;
    if (litres === 13) throw new RangeError("It has burst on the way");
    return new Kettle(litres);
  }
}

/** Its data holds another object that travels. */
export class Kitchen {
  constructor(kettle) { this.kettle = kettle; refuseClones(this); }
  [depart]() { return { module: import.meta.url, data: [this.kettle] }; }
  static [arrive]([kettle]) { return new Kitchen(kettle); }
}

export const litres = (kettle) => kettle.litres;
export const inLists = ({ kettles: [[first], second] }) => [
  first === second, first instanceof Kettle, first.litres,
];
export const sameKettle = (kitchen, kettle) => kitchen.kettle === kettle && kettle.litres;

export class Cook extends Process {
  static module = import.meta.url;
  run() { return this.kettle.litres; }
}

export async function handOn(kettle) {
  const child = new Process({ module: import.meta.url, target: "litres", args: [kettle] });
  child.start();
  return await child.result();
}

export async function pour() {
  const { kettle } = await parentProcess().receive();
  parentProcess().send([new Kettle(kettle.litres - 1)]);
}
`)
}`;

const { Kettle, Kitchen, Cook } = await import(module);

function started(target: string, ...args: unknown[]): Process {
  const process = new Process({ module, target, args });
  process.start();
  return process;
}

Deno.test("an object of a class arrives as one", async () => {
  const kettle = new Kettle(2);
  assertEquals(await started("litres", kettle).result(), 2);
  assert(kettle.hasLeft);
  await kettle.ended;
});

Deno.test("in lists and records, and there it is one object, as it was", async () => {
  const kettle = new Kettle(3);
  const child = started("inLists", { kettles: [[kettle], kettle], others: new Map() });
  assertEquals(await child.result(), [true, true, 3]);
});

Deno.test("in another object's data, and there too it is one object", async () => {
  const kettle = new Kettle(4);
  assertEquals(await started("sameKettle", new Kitchen(kettle), kettle).result(), 4);
});

Deno.test("in a field of a subclass", async () => {
  const cook = Object.assign(new Cook(), { kettle: new Kettle(5) });
  cook.start();
  assertEquals(await cook.result(), 5);
});

Deno.test("on to a grandchild", async () => {
  assertEquals(await started("handOn", new Kettle(6)).result(), 6);
});

Deno.test("in messages, both ways", async () => {
  const child = started("pour");
  child.send({ kettle: new Kettle(7) });
  const [kettle] = await child.receive() as { litres: number }[];
  assert(kettle instanceof Kettle);
  assertEquals(kettle.litres, 6);
  await child.join();
});

Deno.test("a class that its module does not export is named", async () => {
  class Pot {
    [depart] = () => ({ module, data: null });
  }
  const expected = `Cannot make a Pot here: ${module} must export that class`;
  await assertRejects(() => started("litres", new Pot()).result(), TypeError, expected);
});

Deno.test("what [arrive] throws is the error of the process", async () => {
  const child = started("litres", new Kettle(13));
  await assertRejects(() => child.result(), RangeError, "It has burst on the way");
  assertEquals(child.exitCode, 1);
});

Deno.test("nothing departs with a process that is not started", () => {
  const kettle = new Kettle(1);
  const leaking = new Process({ module, target: "litres", args: [kettle, new Kettle(-1)] });
  assertThrows(() => leaking.start(), RangeError, "This kettle leaks");
  const wrong = new Process({ module, target: "litres", args: [kettle, () => {}] });
  assertThrows(() => wrong.start(), DOMException);
  assertEquals([kettle.hasLeft, leaking.pid, wrong.pid], [undefined, undefined, undefined]);
});

Deno.test("nothing departs with a message that is not sent", async () => {
  const child = started("pour");
  const kettle = new Kettle(8);
  assertThrows(() => child.send([kettle, () => {}]), DOMException);
  assertEquals(kettle.hasLeft, undefined);
  child.send({ kettle });
  assert(kettle.hasLeft);
  await child.join();
});

Deno.test("such an object travels in no other way", () => {
  assertThrows(() => structuredClone(new Kettle(1)), DOMException);
  const inMap = new Process({ module, target: "litres", args: [new Map([[1, new Kettle(1)]])] });
  assertThrows(() => inMap.start(), DOMException);
});

Deno.test("a value comes out of its parcel as it was", async () => {
  const kettle = new Kettle(9);
  const value: Record<string, unknown> = { kettle, when: new Date(0), sparse: [, 1], text: "9" };
  value.itself = value;
  const { parcel } = pack(value);
  const copy = await unpack(structuredClone(parcel)) as typeof value;
  assertStrictEquals(copy.itself, copy);
  assertEquals([copy.when, copy.sparse, copy.text], [new Date(0), [, 1], "9"]);
  assertEquals((copy.kettle as typeof kettle).litres, 9);
  assertStrictEquals(value.kettle, kettle, "The value itself stays as it is");
});

Deno.test("a child may reach what an object needs, if its parent may, and no more", async () => {
  const program = `
import { Process } from "${import.meta.resolve("../processes/processes.ts")}";
export class Key {
  static [Symbol.for("@concurrency/katas arrive")]() { return new Key(); }
  [Symbol.for("@concurrency/katas depart")]() {
    const needs = { read: "/etc/hostname", net: "unix:/tmp/socket", write: "/etc/secret" };
    return { module: import.meta.url, data: 0, needs };
  }
}
export function look(key) {
  return [
    { name: "read", path: "/etc/hostname" }, { name: "net", host: "unix:/tmp/socket" },
    { name: "write", path: "/etc/secret" }, { name: "read", path: "/etc/hosts" },
  ].map((permission) => Deno.permissions.querySync(permission).state);
}
if (import.meta.main) {
  const child = new Process({ module: import.meta.url, target: "look", args: [new Key()] });
  child.start();
  console.log(...await child.result());
}`;
  const folder = await Deno.makeTempDir();
  try {
    const config = new URL("../../deno.json", import.meta.url).pathname;
    await Deno.writeTextFile(`${folder}/main.js`, program);
    const flags = [
      ...["--quiet", "--no-prompt", `--config=${config}`, "--allow-run", "--allow-net"],
      ...[`--allow-read=${folder},/etc,/tmp,${new URL("../", import.meta.url).pathname}`],
      ...["--deny-read=/etc/hosts", "--allow-write=/tmp"],
    ];
    const args = ["run", ...flags, `${folder}/main.js`];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    const [said, complaint] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
    assertEquals(said, "granted granted prompt denied\n", complaint);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
