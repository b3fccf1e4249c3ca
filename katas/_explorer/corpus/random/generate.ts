/** Makes random programs, the same ones for the same seed. */
import type {
  Condition,
  Keeping,
  Op,
  ProgramTree,
  Statement,
  Style,
  ThreadTree,
  Value,
  Variable,
} from "./tree.ts";
import { noCell, variables } from "./tree.ts";

const cells = 2;

/** What programs are to be like. */
export interface Taste {
  /** Whether threads look at the clock; then they have no loop without an end. */
  clocks?: boolean;
  /** Whether threads start others, and wait for promises. */
  families?: boolean;
  /** Whether threads announce themselves and give way to each other, maybe for ever. */
  retries?: boolean;
}

/** The program of this seed. */
export function randomProgram(
  seed: number,
  { clocks = false, families = false, retries = false }: Taste = {},
): ProgramTree {
  const random = new Random(seed);
  const threads = clocks || random.chance(0.6) ? 2 : 3;
  const isPlain = random.chance(0.1);
  const maker = new Maker(random, { isPlain, clocks, families, retries });
  const length = clocks || families ? 2 : threads === 2 ? 4 : 3;
  const bodies = Array.from({ length: threads }, (): ThreadTree => ({
    body: retries ? maker.polite() : maker.body(length),
    keeping: random.of<Keeping>(["let", "let", "object", "array", "closure"]),
  }));
  const children = families && random.chance(0.8) ? [threads - 1] : [];
  children.forEach((child) => maker.parents(bodies.slice(0, child), child));
  return { seed, cells, threads: bodies, children };
}

const flat: Place = { inLoop: false, depth: 2, hasPromises: false };

interface Place {
  /** In a loop that may go round for ever nothing may grow. */
  inLoop: boolean;
  depth: number;
  /** Whether the thread may wait for promises; then it has no loop without an end. */
  hasPromises: boolean;
}

class Maker {
  readonly #random: Random;
  readonly #taste: Required<Taste> & { isPlain: boolean };

  constructor(random: Random, taste: Required<Taste> & { isPlain: boolean }) {
    this.#random = random;
    this.#taste = taste;
  }

  body(length: number): Statement[] {
    const hasPromises = this.#taste.families && this.#random.chance(0.6);
    return this.block(length, { inLoop: false, depth: 0, hasPromises });
  }

  block(length: number, place: Place): Statement[] {
    return Array.from({ length }, () => this.#statement(place));
  }

  /** Lets a thread start the child; maybe it joins it, and maybe another thread does one of the two. */
  parents(threads: ThreadTree[], child: number): void {
    const random = this.#random;
    const put = (body: Statement[], from: number, kind: "start" | "join"): number => {
      const at = from + random.below(body.length - from + 1);
      body.splice(at, 0, { kind, thread: child });
      return at + 1;
    };
    const { body } = random.of(threads);
    const started = put(body, 0, "start");
    if (random.chance(0.6)) put(body, started, "join");
    if (random.chance(0.2)) put(random.of(threads).body, 0, random.of(["start", "join"] as const));
  }

  /** Raises a flag, and lowers and raises it again while another one is up. */
  polite(): Statement[] {
    const flag = this.#cell();
    const store = (value: number): Op => ({
      ...this.#simple("store", [{ factor: 0, variable: null, constant: value }], null),
      cell: flag,
    });
    const look = { ...this.#simple("load", [], this.#variable()), cell: 1 - flag };
    const isUp: Condition = {
      variable: look.into!,
      is: this.#random.of<Condition["is"]>(["===", "!=="]),
      value: this.#constant(),
    };
    const between = this.block(this.#random.below(2), { ...flat, inLoop: true });
    const body = this.#random.chance(0.8)
      ? [store(0), ...between, store(1)]
      : [store(1), ...between];
    return [
      store(1),
      { kind: "while", look, condition: isUp, body },
      ...this.block(1, flat),
      store(0),
    ];
  }

  #statement(place: Place): Statement {
    const random = this.#random;
    const { inLoop, depth } = place;
    const inner = { ...place, depth: depth + 1 };
    const isFlat = depth >= 2;
    if (this.#taste.clocks && random.chance(0.25)) {
      return { kind: "clock", time: random.of([1, 5]), into: this.#variable() };
    }
    if (place.hasPromises && depth === 0 && random.chance(0.3)) {
      const timeout = random.chance(0.6) ? Infinity : random.of([1, 5]);
      const then = this.#op(true);
      const cell = this.#cell();
      return { kind: "promise", cell, value: this.#value(), timeout, into: this.#variable(), then };
    }
    if (!isFlat && random.chance(0.25)) return this.#branchOrLoop(inner);
    if (random.chance(0.12)) {
      return { kind: "pair", cells: [this.#cell(), this.#cell()], into: this.#variable() };
    }
    if (random.chance(0.15)) return this.#set();
    if (random.chance(0.08)) return { kind: "fail", condition: this.#condition() };
    return this.#op(inLoop);
  }

  #branchOrLoop(place: Place): Statement {
    const random = this.#random;
    if (random.chance(0.4)) {
      return {
        kind: "if",
        condition: this.#condition(),
        then: this.block(1, place),
        otherwise: this.block(random.below(2), place),
      };
    }
    if (place.inLoop || place.hasPromises || this.#taste.clocks || random.chance(0.35)) {
      return { kind: "repeat", times: 2, body: this.block(1, place) };
    }
    const body = this.block(random.below(3), { ...place, inLoop: true });
    if (random.chance(0.2)) return { kind: "differ", cells: [0, 1], body };
    const look = this.#simple("load", [], this.#variable());
    const is = random.of<Condition["is"]>(["===", "!==", "!==", "<"]);
    const value = this.#constant();
    return { kind: "while", look, condition: { variable: look.into!, is, value }, body };
  }

  #op(inLoop: boolean): Op {
    const random = this.#random;
    const into = random.chance(0.7) ? this.#variable() : null;
    const kinds: Op["op"][] = ["load", "load", "notify", "wait", "exchange", "compareExchange"];
    if (!inLoop) kinds.push("store", "store", "store", "add", "add", "sleep", "enter");
    if (this.#taste.isPlain) kinds.push("read", ...(inLoop ? [] : ["write", "write"] as const));
    const op = random.of(kinds);
    switch (op) {
      case "exchange":
      case "compareExchange":
        // In a loop an exchange would change what the loop has seen, again and again.
        if (inLoop) return this.#simple("load", [], into);
        return this.#simple(
          op,
          op === "exchange" ? [this.#value()] : [this.#value(), this.#value()],
          into,
        );
      case "wait":
        return {
          ...this.#simple(op, [this.#value()], into),
          timeout: inLoop || random.chance(0.5) ? Infinity : random.of([1, 5]),
        };
      case "sleep":
        return {
          ...this.#simple(op, [], null),
          cell: noCell,
          timeout: random.of([1, 5]),
          style: "direct",
        };
      case "enter":
        return { ...this.#simple(op, [], null), cell: noCell, style: "direct" };
      case "store":
      case "write":
        return this.#simple(op, [this.#value()], null);
      case "add":
        return this.#simple(op, [this.#constant()], into);
      case "notify":
        return this.#simple(op, [{ factor: 0, variable: null, constant: random.of([1, 2]) }], into);
      default:
        return this.#simple(op, [], into);
    }
  }

  #simple(op: Op["op"], args: Value[], into: Variable | null): Op {
    const style = op === "read" || op === "write"
      ? "direct"
      : this.#random.of<Style>(["direct", "direct", "helper", "closure", "method"]);
    return { kind: "op", op, cell: this.#cell(), args, timeout: Infinity, into, style };
  }

  /** Nothing grows without end: a variable is a constant, another one, or turned round. */
  #set(): Statement {
    return { kind: "set", into: this.#variable(), value: this.#value() };
  }

  #condition(): Condition {
    const is = this.#random.of<Condition["is"]>(["===", "!==", "<", ">="]);
    return { variable: this.#variable(), is, value: this.#value() };
  }

  #value(): Value {
    const random = this.#random;
    if (random.chance(0.6)) return this.#constant();
    return random.chance(0.5)
      ? { factor: 1, variable: this.#variable(), constant: 0 }
      : { factor: -1, variable: this.#variable(), constant: 1 };
  }

  #constant(): Value {
    return { factor: 0, variable: null, constant: this.#random.below(3) };
  }

  #variable(): Variable {
    return this.#random.of(variables);
  }

  #cell(): number {
    return this.#random.below(cells);
  }
}

/** Mulberry32, by T. Ettinger: small, and good enough to choose statements. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  #next(): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
