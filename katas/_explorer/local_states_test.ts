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
        `return ${this.#choice()};`,
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

  /** A value that one of several ways leads to. */
  #choice(): string {
    return this.#pick([
      `(${this.#test()} || ${this.#value()})`,
      `(${this.#test()} && ${this.#value()} ? ${this.#value()} : ${this.#value()})`,
      `(${this.#value()} ?? ${this.#value()})`,
      `(${this.#value()} + (${this.#value()} || ${this.#value()}))`,
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
      () => `if (${this.#choice()} === 0 && ${this.#choice()}) { ${inner()} }`,
      () => `${this.#test()} && (x = ${this.#value()}) || (y = ${this.#value()});`,
      () => `x = twice(() => ${this.#choice()})[${this.#choice()} ? 0 : 1];`,
      () => `for (let i = 0; i < 2 && ${this.#choice()}; i++) { ${inner()} }`,
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

/** A program of two bodies, with probes. */
function programOf(a: string, b: string): { source: string; program: Program<Shared> } {
  const source = `${helpers}\nfunction A({ m }, t) {\n  ${a}\n}\nfunction B({ m }, t) {\n  ${b}\n}`;
  const code = `${instrument(source, "")}`.replace(/^import [^;]*;/, "");
  const { A, B } = new Function("$probe", `"use strict"; ${code}\nreturn { A, B };`)(probe);
  return {
    source,
    program: {
      shared: () => ({ m: cells(2) }),
      threads: { A, B },
      outcome: ({ m }, results) => [...m, results],
    },
  };
}

function randomProgram(random: () => number): { source: string; program: Program<Shared> } {
  const writer = new Writer(random);
  const { source, program } = programOf(writer.body(), writer.body());
  return { source, program: { ...program, timers: random() < 0.3 ? "quiet" : "adversarial" } };
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
    const { source, program: one } = randomProgram(random);
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

/** Bodies that remember what they saw in places that are easy to overlook. */
const memories: Record<string, string> = {
  "which of two equal objects a variable holds":
    "const list = [0]; const twin = load(m, 0) === 0 ? list : [0]; load(m, 1); twin[0]++; return list[0];",
  "a value that its variable has lost": "let x = load(m, 0); return [x, x = 0, load(m, 1)][0];",
  "how far a loop over equal values has come": "for (const part of [7, 7]) load(m, 0);",
  "what a finally holds up": "try { return load(m, 0); } finally { load(m, 1); load(m, 1); }",
  "what the end of a block holds up":
    "{ using end = { [Symbol.dispose]() { load(m, 1); load(m, 1); } }; return load(m, 0); }",
  "a function of an earlier round":
    "const made = []; for (let i = 0; i < 2; i++) made.push(() => i); " +
    "const one = made[load(m, 0)]; load(m, 1); return one();",
  "a variable that only a function holds":
    "const one = ((i) => () => i)(load(m, 0)); load(m, 1); return one();",
  "a variable of a function that is called later":
    "let x = 0; const keep = (v) => { x = v; }; keep(load(m, 0)); load(m, 1); return (() => x)();",
  "an object that a function has dropped":
    "const box = new Box(0); drop(box, m); return box.value;",
  "an object that only an array method holds":
    "return [new Box(0)].filter((box) => { box.fill(m, 0); return load(m, 1) >= 0; })[0].value;",
  "a private field": "const box = new Box(load(m, 0)); load(m, 1); return box.value;",
  "a private field of a parent": "const box = new Big(load(m, 0)); load(m, 1); return box.value;",
  "a variable that another hides": "let x = load(m, 0); { let x = 5; load(m, 1); } return x;",
  "where a generator stands":
    "function* all() { yield load(m, 0); yield load(m, 1); } let sum = 0; " +
    "for (const part of all()) sum = 2 * sum + part; return sum;",
  "a variable that a method holds":
    "const v = load(m, 0); const o = { get() { return v; } }; load(m, 1); return o.get();",
  "a property of a function": "const f = () => 0; f.v = load(m, 0); load(m, 1); return f.v;",
  "a property under a symbol":
    "const key = Symbol.for('key'); const o = { [key]: load(m, 0) }; load(m, 1); return o[key];",
  "an entry of a map": "const map = new Map([[1, load(m, 0)]]); load(m, 1); return map.get(1);",
  "a default argument": "const f = (v = load(m, 0)) => (load(m, 1), v); return f();",
  "an argument without a name":
    "function f() { load(m, 1); return arguments[0]; } return f(load(m, 0));",
  "the error that was caught":
    "try { throw new Error(`${load(m, 0)}`); } catch (error) { load(m, 1); return error.message; }",
  "a loop that only another loop's label leaves":
    "out: for (let i = 0; i < 2; i++) for (;;) { if (load(m, 0) === i) continue out; break out; }",
  "a variable that is assigned on one way only":
    "let x = load(m, 0); if (load(m, 1) === 1) x = 5; return x;",
  "a variable that is assigned behind an `and`":
    "let x = load(m, 0); load(m, 1) === 1 && (x = 5); return x;",
  "a variable that is assigned if it is none":
    "let x = load(m, 0); x ||= 2 * load(m, 1); return x;",
  "a variable that its own assignment asks for":
    "let x = load(m, 0); x = x + 2 * load(m, 1); return x;",
  "a value that its own assignment has held up":
    "let x = load(m, 0); x = [x, x = 0, load(m, 1)][0]; return x;",
  "a variable whose assignment fails":
    "const f = () => { if (load(m, 1) === 1) throw 0; return 5; }; " +
    "let x = load(m, 0); try { x = f(); } catch { load(m, 1); } return x;",
  "a variable that an error leaves as it was":
    "let x = load(m, 0); try { if (load(m, 1) === 1) throw 0; x = 5; } catch {} return x;",
  "a variable that `break` leaves as it was":
    "let x = load(m, 0); for (;;) { if (load(m, 1) === 1) break; x = 5; break; } return x;",
  "a variable that `continue` leaves as it was":
    "let x = load(m, 0), n = 0; while (n < 2) { n++; if (load(m, 1) === 1) continue; x = 5; } return x;",
  "a variable that `continue` in a switch leaves as it was": "let x = load(m, 0), n = 0; " +
    "while (n++ < 1) { switch (load(m, 1)) { case 1: continue; } x = 5; } return x;",
  "a variable that a jump to a label leaves as it was":
    "let x = load(m, 0); out: { if (load(m, 1) === 1) break out; x = 5; } return x;",
  "a variable while one of its name is assigned":
    "let x = load(m, 0); { let x = 5; x = load(m, 1); } return x;",
  "a variable that a function asks for, and another code assigns":
    "let x = load(m, 0); const f = () => x; if (load(m, 1) === 1) x = 5; return f();",
  "a variable that the next round asks for":
    "let x = 0, sum = 0; for (let i = 0; i < 2; i++) { sum = 2 * sum + x; x = load(m, 0); } return sum;",
  "a variable that the test of the next round asks for":
    "let x, n = 0; do { x = load(m, 0); n++; load(m, 1); } while (x === 0 && n < 2); return n;",
  "which way it took": "return load(m, 0) ? load(m, 1) : load(m, 1) + 5;",
  "a value beside a choice": "return [load(m, 0), load(m, 1) || load(m, 0)];",
  "a value to which a choice is added": "return load(m, 0) + (load(m, 1) ? 1 : load(m, 0));",
  "an argument before a choice":
    "const pair = (a, b) => [a, b]; return pair(load(m, 0), load(m, 1) || load(m, 0));",
  "a variable that is declared before a choice":
    "const x = load(m, 0), y = load(m, 1) || load(m, 0); return [x, y];",
  "a variable to which a choice is added":
    "let x = load(m, 0); x += load(m, 1) ? 2 : load(m, 0) && (x = 0); return x;",
  "a variable that a choice assigns and its other side asks for":
    "let x = 0; return (x = load(m, 0)) && load(m, 1) || load(m, 1) + 2 * x;",
  "a variable that a choice assigns, and what comes after it asks for":
    "let x = 0; if ((x = load(m, 0)) === 1 || load(m, 1) === 1) load(m, 0); return x;",
  "a variable that the test of a loop assigns":
    "let x = 0; for (let i = 0; i < 2 && (x = load(m, 0)) === 0 && load(m, 1) === 0; i++); return x;",
  "a variable that the other side of a choice asks for":
    "const x = load(m, 0); return load(m, 1) === 0 && load(m, 1) === 1 || x;",
  "a variable that one way of a choice asks for":
    "const x = load(m, 0); return load(m, 1) === 0 && load(m, 1) === 1 ? 5 : x;",
  "a variable that one branch asks for":
    "const x = load(m, 0); if (load(m, 1) === 0 && load(m, 1) === 1) return 5; else return x;",
  "an object that a function changed and dropped, and only an array holds":
    "const f = (o) => { o.v = load(m, 0); o = null; load(m, 1); return true; }; " +
    "return [{ v: 0 }].filter(f)[0].v;",
  "an object that a function took out of another one":
    "const f = (o) => { o.x.v = load(m, 0); o.x = null; load(m, 1); }; " +
    "const o = { x: { v: 0 } }; return [o.x, f(o)][0].v;",
  "a captured object that a function has dropped":
    "let o; const f = () => { o.v = load(m, 0); o = null; load(m, 1); }; " +
    "return [o = { v: 0 }, f()][0].v;",
  "a private field of an object that a function has dropped":
    "const f = (b) => { b.fill(m, 0); b = null; load(m, 1); return true; }; " +
    "return [new Box(0)].filter(f)[0].value;",
  "what the `super` of a method leads to":
    "const get = ({ __proto__: { v: load(m, 0) }, get() { return super.v; } }).get; " +
    "load(m, 1); return get();",
  "how far an array has come that goes through itself in its own way":
    "const l = [1, 2]; l[Symbol.iterator] = function* () { const v = load(m, 0); yield 1; yield v; }; " +
    "let s = 0; for (const p of l) { s = p; load(m, 1); } return s;",
  "a function's prototype":
    "function F() {} F.prototype = { v: load(m, 0) }; load(m, 1); return new F().v;",
  "a field of a function's prototype":
    "function F() {} F.prototype.v = load(m, 0); load(m, 1); return new F().v;",
  "a field that a function was given by another one":
    "const f = () => 0; const give = (it) => { it.v = load(m, 0); }; give(f); load(m, 1); return f.v;",
  "a field that a function gave to itself by a name of its own":
    "const f = function self(i) { self.v = (self.v ?? 0) + load(m, 0); return i ? self(i - 1) : self.v; }; " +
    "f(1); load(m, 1); return f(0);",
  "what it is told, and not what it expected":
    "const told = Atomics.wait(m, 0, load(m, 1), 10); load(m, 1); return told;",
};

for (const [what, body] of Object.entries(memories)) {
  Deno.test(`a thread remembers ${what}`, () => {
    const { program } = programOf(body, "Atomics.store(m, 0, 1); Atomics.store(m, 1, 1);");
    const { schedules, outcomes } = everySchedule(program);
    const plain = enumerate({ ...program, localStates: false });
    assertEquals(schedules, plain.schedules);
    assertEquals([...outcomes.keys()].sort(), [...plain.results].sort());
    assertEquals(outcomes, everySchedule({ ...program, localStates: false }).outcomes);
  });
}
