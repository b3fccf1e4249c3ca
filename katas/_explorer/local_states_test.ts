/**
 * Random programs, explored with and without local states, and enumerated with nothing merged at all: all three
 * have to say the same. The programs have what a local state can get wrong: loops that remember, helper
 * functions, closures, objects that are shared by two variables, private fields, clocks, waits.
 */
import { assertEquals } from "@std/assert";
import { cells, everySchedule, type Program, ScheduleError } from "./mod.ts";
import { enumerate } from "./search/naive.ts";
import { instrument } from "./probes/instrument.ts";
import { randomNumbers } from "./search/sample.ts";
import { probe } from "./threads/frames.ts";

const helpers = `
const load = (m, i) => Atomics.load(m, i);
const twice = (f) => [f(), f()];
function raise(m, i) { let seen = Atomics.load(m, i); seen++; Atomics.store(m, i, seen % 3); return seen; }
function drop(box, m) { box.fill(m, 0); box = null; Atomics.load(m, 1); }
class Box {
  #value = 0;
  other = null;
  constructor(value) { this.#value = value; }
  get value() { return this.#value; }
  fill(m, i) { this.#value = (this.#value + Atomics.load(m, i)) % 3; return this; }
  static of(m) { return new Box(load(m, 0)); }
}
class Big extends Box { big = true; fill(m, i) { super.fill(m, i); this.big = !this.big; return this; } }
`;

/** Writes the body of a thread. */
class Writer {
  #room = 0;

  constructor(readonly random: () => number) {}

  body(): string {
    this.#room = 2 + this.#below(3);
    const lines = ["let x = 0, y = 0; const box = new Box(0), list = [0, 0]; let twin = list;"];
    while (this.#room > 0) lines.push(this.#statement(2));
    lines.push(
      this.#pick([
        "return x;",
        "return [x, y];",
        "return box.value + list[0];",
        "twin[0]++; return list[0];",
        "",
      ]),
    );
    return lines.join("\n  ");
  }

  #below(count: number): number {
    return Math.floor(this.random() * count);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)];
  }

  /** An expression that costs one operation, or none where there is no room. */
  #value(): string {
    const cell = this.#below(2);
    if (this.#room <= 0) return this.#pick(["x", "y", "1", "box.value", "twin[0]"]);
    this.#room--;
    return this.#pick([
      `Atomics.load(m, ${cell})`,
      `load(m, ${cell})`,
      `Atomics.add(m, ${cell}, 1)`,
      `Atomics.exchange(m, ${cell}, ${this.#below(3)})`,
      `Atomics.compareExchange(m, ${cell}, ${this.#below(2)}, 2)`,
      `(x, x = 1, Atomics.load(m, ${cell}) + x)`,
      `[y, y = 0, load(m, ${cell})][0]`,
      `box.fill(m, ${cell}).value`,
      `new Big(1).fill(m, ${cell}).value`,
      `(() => load(m, ${cell}) + x)()`,
      `Number(Atomics.wait(m, ${cell}, ${this.#below(2)}, 10) === "ok")`,
      `Atomics.notify(m, ${cell})`,
      `(performance.now() > 5 ? 1 : 0)`,
    ]);
  }

  #test(): string {
    return this.#pick([
      `${this.#value()} ${this.#pick(["===", "<", "!=="])} ${this.#below(2)}`,
      `x ${this.#pick(["===", "<"])} ${this.#value()}`,
      `list === twin && y < 2`,
    ]);
  }

  #statement(depth: number): string {
    const inner = () => depth === 0 ? `x = ${this.#value()};` : this.#statement(depth - 1);
    return this.#pick([
      () => `x = ${this.#value()};`,
      () => `y += ${this.#value()};`,
      () => `const a${this.#name()} = ${this.#value()}; x = (x + a${this.#last}) % 3;`,
      () => `Atomics.store(m, ${this.#cost(this.#below(2))}, x);`,
      () => `Atomics.store(m, ${this.#cost(this.#below(2))}, ${this.#below(3)});`,
      () => `if (${this.#test()}) { ${inner()} } else { ${inner()} }`,
      () => `for (let i = 0; i < 2; i++) { ${inner()} }`,
      () => `for (const part of list) { x = part; ${inner()} }`,
      () => `for (let i = 0; x < 2 && i < 2; i++) x += ${this.#value()};`,
      () => `twin = ${this.#pick(["list", "[...list]", "[0, 0]"])};`,
      () => `twin = ${this.#value()} === 0 ? list : [...list];`,
      () => `drop(box, m${this.#cost("")});`,
      () => `twin[0] = (twin[0] + ${this.#value()}) % 3;`,
      () => `box.other = ${this.#pick(["box", "list", "twin", "{ x }", "new Big(x)"])};`,
      () => `box.fill(m, ${this.#cost(this.#below(2))});`,
      () => `y = raise(m, ${this.#cost(this.#cost(0))});`,
      () => `[x] = twice(() => ${this.#value()} + y);`,
      () => `{ const f = () => (y = (y + 1) % 3, ${this.#value()}); x = f(); }`,
      () => `t.inside("s", () => { ${inner()} }, 2);`,
      () => `try { ${inner()} } catch { x = 5; } finally { y = x; ${inner()} }`,
      () =>
        `try { if (${this.#test()}) throw new RangeError("x" + x); } catch (e) { y = e.message.length; ${inner()} }`,
      () => `switch (x) { case 0: ${inner()} break; default: y = 1; ${inner()} }`,
      () => `if (x + y > ${3 + this.#below(3)}) throw new Error("large");`,
    ])();
  }

  #last = 0;

  #name(): number {
    return ++this.#last;
  }

  #cost<T>(cell: T): T {
    this.#room--;
    return cell;
  }
}

type Shared = { m: Int32Array<SharedArrayBuffer> };

/** The programs as they are, and with probes. */
function program(random: () => number): { source: string; program: Program<Shared> } {
  const writer = new Writer(random);
  const bodies = ["A", "B"].map((name) => `function ${name}({ m }, t) {\n  ${writer.body()}\n}`);
  const source = `${helpers}\n${bodies.join("\n")}`;
  const code = `${instrument(source, "")}`.replace(/^import [^;]*;/, "");
  const { A, B } = new Function("$probe", `"use strict"; ${code}\nreturn { A, B };`)(probe);
  const timers = random() < 0.3 ? "quiet" : "adversarial";
  return {
    source,
    program: {
      shared: () => ({ m: cells(2) }),
      threads: { A, B },
      timers,
      outcome: ({ m }, results) => [...m, results],
    },
  };
}

/** What an exploration says, all but its states. */
function said(program: Program<Shared>): unknown {
  try {
    const { complete, schedules, outcomes, mostInside } = everySchedule(program);
    return { complete, schedules, outcomes: [...outcomes].sort(), mostInside };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const { kind, verdict, preemptions, steps, schedule } = error;
    return { kind, verdict, preemptions, steps, schedule };
  }
}

const count = Number(Deno.args.find((arg) => /^\d+$/.test(arg)) ?? 300);

Deno.test(`everySchedule() says the same with local states and without: ${count} programs`, () => {
  let folded = 0;
  for (let seed = 1; seed <= count; seed++) {
    const random = randomNumbers(seed * 7919);
    random();
    const { source, program: one } = program(random);
    const told = `seed ${seed}\n${source.slice(helpers.length)}`;
    const on = said(one);
    assertEquals(on, said({ ...one, localStates: false }), told);
    const found = on as { kind?: string; schedules?: number; outcomes: [string, number][] };
    if ((found.schedules ?? 0) > 3_000) continue;
    const plain = enumerate({ ...one, localStates: false });
    if (found.kind) assertEquals(plain.results.has(found.kind), true, told);
    else {
      folded++;
      assertEquals([...plain.results].sort(), found.outcomes.map(([outcome]) => outcome), told);
      assertEquals(plain.schedules, found.schedules, told);
    }
  }
  assertEquals(folded > count / 5, true, `Only ${folded} programs were compared in all`);
});
