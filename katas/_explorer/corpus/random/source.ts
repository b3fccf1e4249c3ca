/** Writes a random program as the text of a module, and loads it. */
import type { Program } from "../../mod.ts";
import { memory, type Shared } from "../parts.ts";
import { instrument } from "../../probes/instrument.ts";
import type {
  Condition,
  Keeping,
  Op,
  ProgramTree,
  Statement,
  ThreadTree,
  Value,
  Variable,
} from "./tree.ts";
import { variables } from "./tree.ts";

const helpers = `
const load = (m, at) => Atomics.load(m, at);
const store = (m, at, value) => Atomics.store(m, at, value);
const add = (m, at, value) => Atomics.add(m, at, value);
function exchange(m, at, value) {
  return Atomics.exchange(m, at, value);
}
function compareExchange(m, at, expected, value) {
  const seen = Atomics.compareExchange(m, at, expected, value);
  return seen;
}
const wait = (m, at, value, timeout) => Atomics.wait(m, at, value, timeout);
const notify = (m, at, count) => Atomics.notify(m, at, count);
class Cell {
  #m;
  at;
  constructor(m, at) {
    this.#m = m;
    this.at = at;
  }
  load() {
    return Atomics.load(this.#m, this.at);
  }
  store(value) {
    Atomics.store(this.#m, this.at, value);
  }
  add(value) {
    return Atomics.add(this.#m, this.at, value);
  }
  exchange(value) {
    return Atomics.exchange(this.#m, this.at, value);
  }
  compareExchange(expected, value) {
    return Atomics.compareExchange(this.#m, this.at, expected, value);
  }
  wait(value, timeout) {
    return Atomics.wait(this.#m, this.at, value, timeout);
  }
  notify(count) {
    return Atomics.notify(this.#m, this.at, count);
  }
}
const code = (result) => ["ok", "not-equal", "timed-out"].indexOf(result);
`;

/** Loads the programs, with probes in them: all in one module, for each module costs more than the last. */
export async function loadPrograms(trees: readonly ProgramTree[]): Promise<Program<Shared>[]> {
  const bodies = trees.flatMap((tree, i) =>
    tree.threads.map((thread, j) => bodyOf(thread, nameOf(i, j)))
  );
  const source = [helpers.trim(), ...bodies].join("\n") + "\n";
  const probed = instrument(source, import.meta.resolve("../../threads/frames.ts"));
  // A short address: each line of a call stack holds it.
  const address = URL.createObjectURL(new Blob([`${probed}`], { type: "text/javascript" }));
  const module = await import(address);
  URL.revokeObjectURL(address);
  return trees.map(({ cells, threads, children }, i) => ({
    shared: memory(cells),
    threads: Object.fromEntries(threads.map((_, j) => [threadName(j), module[nameOf(i, j)]])),
    children: children.map(threadName),
    outcome: ({ m }, results) => [[...m], results.map((result) => result ?? [0, 0, 0])],
  }));
}

const threadName = (thread: number) => "ABC"[thread];
const nameOf = (program: number, thread: number) => threadName(thread) + program;

function bodyOf({ body, keeping }: ThreadTree, name: string): string {
  const writer = new Writer(keeping);
  const result = variables.map((variable) => writer.get(variable)).join(", ");
  return `export function ${name}({ m }, thread) {
${declarations[keeping]}
${writer.block(body, "  ")}
  return [${result}];
}`;
}

const declarations: Record<Keeping, string> = {
  let: "  let a = 0, b = 0, c = 0;",
  object: "  const box = { a: 0, b: 0, c: 0 };",
  array: "  const list = [0, 0, 0];",
  closure: `  let a = 0, b = 0, c = 0;
  const get = (name) => name === "a" ? a : name === "b" ? b : c;
  const set = (name, value) => {
    if (name === "a") a = value;
    else if (name === "b") b = value;
    else c = value;
    return value;
  };`,
};

class Writer {
  readonly #keeping: Keeping;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  get(variable: Variable): string {
    switch (this.#keeping) {
      case "let":
        return variable;
      case "object":
        return `box.${variable}`;
      case "array":
        return `list[${variables.indexOf(variable)}]`;
      case "closure":
        return `get("${variable}")`;
    }
  }

  #set(variable: Variable, text: string): string {
    if (this.#keeping === "closure") return `set("${variable}", ${text})`;
    return `${this.get(variable)} = ${text}`;
  }

  #value({ factor, variable, constant }: Value): string {
    if (variable === null) return `${constant}`;
    return factor === 1 ? this.get(variable) : `${constant} - ${this.get(variable)}`;
  }

  #condition({ variable, is, value }: Condition): string {
    return `${this.get(variable)} ${is} ${this.#value(value)}`;
  }

  block(body: Statement[], indent: string): string {
    return body.map((statement) => this.#statement(statement, indent)).join("\n");
  }

  #statement(statement: Statement, indent: string): string {
    const inner = indent + "  ";
    const braced = (body: Statement[]) =>
      body.length === 0 ? "{}" : `{\n${this.block(body, inner)}\n${indent}}`;
    switch (statement.kind) {
      case "op":
        return this.#operation(statement, indent);
      case "set":
        return `${indent}${this.#set(statement.into, this.#value(statement.value))};`;
      case "fail":
        return `${indent}if (${this.#condition(statement.condition)}) throw new Error("failed");`;
      case "if":
        return `${indent}if (${this.#condition(statement.condition)}) ${braced(statement.then)}` +
          (statement.otherwise.length ? ` else ${braced(statement.otherwise)}` : "");
      case "repeat":
        return `${indent}for (let i = 0; i < ${statement.times}; i++) ${braced(statement.body)}`;
      case "while": {
        const { look, condition: { is, value }, body } = statement;
        const looks = this.#set(look.into!, this.#call(look));
        return `${indent}while ((${looks}) ${is} ${this.#value(value)}) ${braced(body)}`;
      }
      case "differ": {
        const [first, second] = statement.cells;
        return `${indent}while (Atomics.load(m, ${first}) !== load(m, ${second})) ` +
          braced(statement.body);
      }
      case "pair": {
        const [first, second] = statement.cells;
        const sum = `4 * load(m, ${first}) + Atomics.load(m, ${second})`;
        return `${indent}${this.#set(statement.into, sum)};`;
      }
      case "start":
      case "join":
        return `${indent}thread.${statement.kind}("${threadName(statement.thread)}");`;
      case "promise":
        return this.#promise(statement, indent);
      case "clock":
        return `${indent}${
          this.#set(statement.into, `performance.now() >= ${statement.time} ? 1 : 0`)
        };`;
    }
  }

  #promise(
    { cell, value, timeout, into, then }: Statement & { kind: "promise" },
    indent: string,
  ): string {
    const args = ["m", cell, this.#value(value), ...(timeout < Infinity ? [timeout] : [])];
    const told = this.#set(into, "code(told)");
    return `${indent}{
${indent}  const { async, value } = Atomics.waitAsync(${args.join(", ")});
${indent}  const tell = (told) => { ${told}; };
${indent}  if (async) value.then((told) => {
${indent}    tell(told);
${this.#operation(then, indent + "    ")}
${indent}  });
${indent}  else tell(value);
${indent}}`;
  }

  #operation(op: Op, indent: string): string {
    if (op.op === "enter") return `${indent}thread.inside("section", () => {});`;
    if (op.op === "sleep") return `${indent}thread.sleep(${op.timeout});`;
    if (op.op === "write") return `${indent}m[${op.cell}] = ${this.#value(op.args[0])};`;
    const call = this.#call(op);
    return `${indent}${op.into === null ? call : this.#set(op.into, call)};`;
  }

  #call({ op, cell, args, timeout, style }: Op): string {
    if (op === "read") return `m[${cell}]`;
    const values = args.map((value) => this.#value(value));
    if (timeout < Infinity) values.push(`${timeout}`);
    const call = style === "method"
      ? `new Cell(m, ${cell}).${op}(${values.join(", ")})`
      : `${style === "helper" ? "" : "Atomics."}${op}(${["m", cell, ...values].join(", ")})`;
    const done = style === "closure" ? `(() => ${call})()` : call;
    return op === "wait" ? `code(${done})` : done;
  }
}
