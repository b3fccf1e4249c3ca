/**
 * What a thread does next is a function of the results that its operations have had so far. A node
 * stands for one such history, and for all others that leave the thread in the same local state: they
 * all go on alike.
 */
import { ExplorationError } from "../errors.ts";
import { isPlain, isSameRequest, type Kind, type Operation, type Result } from "./operation.ts";
import { type Ending, runBody } from "./run.ts";
import { countLasting, Reader } from "./values.ts";

/** A section that the thread is inside of. */
export interface Stay {
  section: string;
  limit: number;
}

/** A state of a thread, and what it wants to do next. */
export interface Node {
  id: number;
  /** How many operations the first history that led here has. */
  depth: number;
  parent: Node | null;
  /** The result of the parent's operation that led here. */
  result: Result;
  ending: Ending;
  /** The next operation, or null when the thread has ended. */
  pending: Operation | null;
  /** The results that its operation has had so far, and the states after them. */
  results: Result[];
  children: Node[];
  inside: readonly Stay[];
  /** The section that was requested and not entered yet. */
  requested: string;
  /** Whether its local state could be read, so that a loop which comes back to it is seen to. */
  isExact: boolean;
  /** The walk that has come by last, and after how many steps. */
  walk: number;
  walkedAt: number;
  /** The node that stands for it while it is asleep, if it was. */
  asleep: Node | null;
  /** What others have to look at: flags. */
  notable: number;
}

/** The thread has thrown an error. */
export const hasThrown = 1;
/** The thread is inside of a section. */
export const isInside = 2;
/** The thread is about to do a plain access. */
export const isPlainNext = 4;
/** The thread has taken so many steps that it is not followed any further. */
export const cut = 8;

/** Whether the thread can go on is for other threads to say, or for the clock. */
export const dependsOnOthers = 16;

const dependent = new Set<Kind>(["clock", "begin", "join", "idle", "deliver"]);

/** How many steps of one thread are followed. Each costs all those before it once more. */
const maxDepth = { exact: 2_000, history: 500 };
const doubleChecked = 300;

/** The states of one thread, or of all threads that are alike. */
export class Trie {
  readonly root: Node;
  readonly #body: () => unknown;
  readonly #nodes: Node[];
  readonly #fold: boolean;
  readonly #keepResults: boolean;
  #hasProbes = false;
  readonly #known = new Map<string, Node>();
  readonly #asleep = new Map<string, Node>();

  /**
   * `nodes` numbers the nodes of all tries of a program. `fold` takes histories with the same local
   * state for one; `keepResults` tells threads that have ended apart by what they returned.
   */
  constructor(
    body: () => unknown,
    nodes: Node[],
    { fold, keepResults }: { fold: boolean; keepResults: boolean },
  ) {
    this.#body = body;
    this.#nodes = nodes;
    this.#fold = fold;
    this.#keepResults = keepResults;
    this.root = this.#add(null, undefined);
  }

  /** The state after one more result. */
  next(node: Node, result: Result): Node {
    const { results } = node;
    for (let i = 0; i < results.length; i++) {
      if (results[i] === result) return node.children[i];
    }
    const known = results.findIndex((known) => Object.is(known, result));
    if (known >= 0) return node.children[known];
    const child = this.#add(node, result);
    results.push(result);
    node.children.push(child);
    return child;
  }

  /**
   * The node that stands for a thread asleep here: who sleeps no longer knows which value it expected, so those
   * that go on alike are one.
   */
  asleep(node: Node): Node {
    if (node.asleep) return node.asleep;
    const { address, timeout } = node.pending!;
    const late = timeout < Infinity ? this.next(node, "timed-out").id : "";
    const key = `${address}/${this.next(node, "ok").id}/${late}`;
    const known = this.#asleep.get(key) ?? node;
    this.#asleep.set(key, known);
    return node.asleep = known;
  }

  #add(parent: Node | null, result: Result): Node {
    const depth = parent ? parent.depth + 1 : 0;
    const log = parent ? [...logOf(parent), result] : [];
    const ending = this.#run(log);
    const inside = parent ? insideAfter(parent) : [];
    const requested = parent ? requestedAfter(parent) : "";
    const key = this.#key(ending, inside, requested);
    const known = key === null ? undefined : this.#known.get(key);
    if (known) return known;
    const isExact = key !== null;
    const node: Node = {
      id: this.#nodes.length,
      depth,
      parent,
      result,
      ending,
      pending: ending.pending,
      results: [],
      children: [],
      inside,
      requested,
      isExact,
      walk: 0,
      walkedAt: 0,
      asleep: null,
      notable: 0,
    };
    const isCut = depth >= (isExact ? maxDepth.exact : maxDepth.history);
    if ("threw" in ending) node.notable |= hasThrown;
    if (inside.length > 0) node.notable |= isInside;
    if (ending.pending && isPlain(ending.pending)) node.notable |= isPlainNext;
    if (ending.pending && dependent.has(ending.pending.kind)) node.notable |= dependsOnOthers;
    if (ending.pending && isCut) node.notable |= cut;
    this.#nodes.push(node);
    if (key !== null) this.#known.set(key, node);
    return node;
  }

  /** Runs the body once, and once more where that tells the local state or is a check. */
  #run(log: Result[]): Ending {
    const count = this.#nodes.length;
    const look = count < 2 ? "all" : count < doubleChecked || this.#hasProbes ? "new" : null;
    const isDoubled = count < doubleChecked && !this.#hasProbes;
    const first = runBody(this.#body, log, { look, isPlaced: isDoubled });
    const hasProbes = this.#fold && first.pending !== null && first.statements.length > 0;
    this.#hasProbes ||= hasProbes;
    if (!hasProbes && this.#nodes.length >= doubleChecked) return first;
    const met = countLasting();
    const statements = first.pending ? first.statements : [];
    const second = runBody(this.#body, log, { statements, isPlaced: isDoubled });
    requireSame(first, second);
    if (countLasting() === met || !second.pending) return second;
    // What is met for the first time in each run does not last.
    const metAgain = countLasting();
    const third = runBody(this.#body, log, { statements });
    return countLasting() === metAgain ? third : { ...second, local: null };
  }

  /** What tells this state from others, or null if it is told by its history alone. */
  #key(ending: Ending, inside: readonly Stay[], requested: string): string | null {
    const stays = `${inside.map(({ section, limit }) => `${section}:${limit}`)}/${requested}`;
    if (ending.pending) {
      if (!this.#fold || ending.local === null) return null;
      const { kind, address, width, args, timeout, section, limit, continues } = ending.pending;
      const request = [kind, address, width, args.map(String), timeout, section, limit, continues];
      return `${request}/${stays}/${ending.local}`;
    }
    if ("threw" in ending) return null;
    const reader = new Reader();
    const returned = this.#keepResults ? reader.read([ending.returned]) : "";
    return reader.isExact ? `ended/${stays}/${returned}` : null;
  }
}

/** A thread that is given the same answers has to do the same. */
function requireSame(first: Ending, second: Ending): void {
  if (isSame(first, second)) return;
  const said = [first, second].map((ending) =>
    ending.pending ? `${ending.pending.kind} at ${ending.pending.where}` : comesTo(ending)
  );
  throw new ExplorationError(
    `A thread did not do the same twice: first ${said[0]}, then ${said[1]}. ` +
      "Keep its state in local variables, not in the module or in a captured variable",
  );
}

function isSame(first: Ending, second: Ending): boolean {
  if (!first.pending || !second.pending) {
    return first.pending === second.pending && comesTo(first) === comesTo(second);
  }
  if (!isSameRequest(first.pending, second.pending)) return false;
  // A place in the source is dear to tell. With probes the statements that run tell as much.
  return first.statements.length > 0
    ? first.statements.join() === second.statements.join()
    : first.pending.where === second.pending.where;
}

/** What a thread has come to, as far as that is no object, of which there is another one in each run. */
function comesTo(ending: Ending): string {
  const [how, what] = "threw" in ending
    ? ["it threw", ending.threw instanceof Error ? ending.threw.message : ending.threw]
    : ["it returned", (ending as { returned?: unknown }).returned];
  return Object(what) === what ? how : `${how} ${String(what)}`;
}

function logOf(node: Node): Result[] {
  const log: Result[] = [];
  for (let at: Node = node; at.parent; at = at.parent) log.push(at.result);
  return log.reverse();
}

function insideAfter({ pending, inside }: Node): readonly Stay[] {
  if (pending!.kind === "enter") {
    return [...inside, { section: pending!.section, limit: pending!.limit }];
  }
  if (pending!.kind !== "exit") return inside;
  const last = inside.findLastIndex(({ section }) => section === pending!.section);
  return inside.filter((_, i) => i !== last);
}

function requestedAfter({ pending, requested }: Node): string {
  if (pending!.kind === "request") return pending!.section;
  return pending!.kind === "enter" && pending!.section === requested ? "" : requested;
}
