/** Async code that only loads modules and has nothing else to wait for, as the plain code that it could be. */
import { parse } from "acorn";
import MagicString from "magic-string";
import { registerHooks } from "node:module";
import { everySchedule, ExplorationError, type Program } from "../../_explorer/mod.ts";

const mark = "?at_once";

/** Where the copy finds the modules that it loads, by their URLs. */
const modules = Symbol.for("modules that are loaded at once");

/**
 * Loads a copy of the module in which no function waits: `await` gives what stands behind it, and `import()`
 * one of these modules. The explorer can run such functions.
 */
export async function loadedAtOnce(
  url: string,
  imported: Record<string, object>,
): Promise<Record<string, (...args: readonly unknown[]) => unknown>> {
  Object.assign(globalThis, { [modules]: imported });
  const hooks = registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(mark)) return loaded;
      const source = atOnce(String(loaded.source));
      return { format: "module", source, shortCircuit: true };
    },
  });
  try {
    return await import(url + mark);
  } finally {
    hooks.deregister();
  }
}

/** Every schedule of it, unless the threads wait for promises, which cannot be explored. */
export function exploredIfPossible<Shared>(program: Program<Shared>): { sentence: string } {
  try {
    return everySchedule(program);
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    return { sentence: `not explored: ${error.message}` };
  }
}

/** A part of a syntax tree. */
interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** The code without `async` and `await`. */
function atOnce(source: string): string {
  const text = new MagicString(source);
  for (const node of nodesIn(parse(source, { ecmaVersion: "latest", sourceType: "module" }))) {
    const starts = (word: string) => source.startsWith(word, node.start);
    if (node.type === "AwaitExpression") text.remove(node.start, node.start + "await".length);
    if (node.type === "ImportExpression") {
      const loaded = `globalThis[Symbol.for("${modules.description}")]`;
      text.update(node.start, (node.source as Node).start, `${loaded}[`);
      text.update(node.end - 1, node.end, "]");
    }
    const isAsync = node.async || (node.value as Node | undefined)?.async;
    const isAwaited = node.kind === "await using";
    for (const word of [...isAsync ? ["async"] : [], ...isAwaited ? ["await"] : []]) {
      if (starts(word)) text.remove(node.start, node.start + word.length);
      else if (starts(`static ${word}`)) {
        const at = node.start + "static ".length;
        text.remove(at, at + word.length);
      }
    }
  }
  return text.toString();
}

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if (typeof (value as Node).type === "string") yield value as Node;
  for (const part of Object.values(value)) yield* nodesIn(part);
}
