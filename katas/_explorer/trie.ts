/**
 * What a thread does next is a function of the results that its operations have had so far. A node
 * stands for one such history, so a thread is run once for each history and never again.
 */
import { ExplorationError } from "./errors.ts";
import { isSameRequest, isSilent, type Operation, type Result, valueAt } from "./operation.ts";
import { type Ending, runBody } from "./stand_ins.ts";

/** A section that the thread is inside of. */
export interface Stay {
  section: string;
  limit: number;
}

/** A thread's history and what it wants to do next. */
export interface Node {
  id: number;
  depth: number;
  parent: Node | null;
  /** The result of the parent's operation that led here. */
  result: Result;
  ending: Ending;
  /** The next operation, or null when the thread has ended. */
  pending: Operation | null;
  children: Map<Result, Node> | null;
  inside: readonly Stay[];
  /** The section that was requested and not entered yet. */
  requested: string;
  /** The ways round a loop from here and back that change nothing. */
  laps: Lap[] | null;
  /** Whether the node is the end of such a lap, and was not merged with its beginning. */
  endsLap: boolean;
}

/** The operations of one time round a loop, with the results that keep the thread in it. */
export type Lap = readonly { operation: Operation; result: Result }[];

/** No small program needs more steps of one thread. Each costs all those before it once more. */
const maxDepth = 500;
const maxLookAhead = 1_000;
const doubleChecked = 300;

/** The histories of one thread, or of all threads that are alike. */
export class Trie {
  readonly root: Node;
  readonly #body: () => unknown;
  readonly #nodes: Node[];
  readonly #merge: boolean;
  /** Whether a thread was seen to go round a loop while nothing changed. */
  spun = false;

  /** `nodes` numbers the nodes of all tries of a program. */
  constructor(body: () => unknown, nodes: Node[], merge: boolean) {
    this.#body = body;
    this.#nodes = nodes;
    this.#merge = merge;
    this.root = this.#add(null, undefined);
  }

  /** The history one result longer. Going round a spin loop can lead back to an earlier node. */
  next(node: Node, result: Result): Node {
    let child = node.children?.get(result);
    if (!child) {
      child = this.#add(node, result);
      const head = this.#loopHead(child);
      if (head) child = this.#closeLap(head, child);
      (node.children ??= new Map()).set(result, child);
    }
    return child;
  }

  /** Takes note of a lap, and returns the node at which the thread goes on. */
  #closeLap(head: Node, end: Node): Node {
    const path = pathBetween(head, end);
    const lap = path.map(({ pending }, i) => ({
      operation: pending!,
      result: (path[i + 1] ?? end).result,
    }));
    const next = this.#merge ? head : end;
    next.endsLap = !this.#merge;
    if (standsStill(lap)) {
      this.spun = true;
      (next.laps ??= []).push(lap);
    }
    return next;
  }

  #add(parent: Node | null, result: Result): Node {
    const depth = parent ? parent.depth + 1 : 0;
    if (depth > maxDepth) {
      throw new ExplorationError(
        `A thread has taken ${maxDepth} steps and does not end. Does it look again and again, ` +
          "instead of sleeping until it is notified?",
      );
    }
    const log = parent ? [...logOf(parent), result] : [];
    const ending = runBody(this.#body, log);
    if (this.#nodes.length < doubleChecked) this.#checkDeterminism(log, ending);
    const node: Node = {
      id: this.#nodes.length,
      depth,
      parent,
      result,
      ending,
      pending: ending.pending,
      children: null,
      inside: parent ? insideAfter(parent) : [],
      requested: parent ? requestedAfter(parent) : "",
      laps: null,
      endsLap: false,
    };
    this.#nodes.push(node);
    return node;
  }

  #checkDeterminism(log: Result[], first: Ending): void {
    const second = runBody(this.#body, log);
    const isSame = first.pending && second.pending
      ? isSameRequest(first.pending, second.pending) && first.pending.where === second.pending.where
      : first.pending === second.pending && "threw" in first === "threw" in second;
    if (isSame) return;
    const said = [first, second].map(({ pending }) =>
      pending ? `${pending.kind} at ${pending.where}` : "its end"
    );
    throw new ExplorationError(
      `A thread did not do the same twice: first ${said[0]}, then ${said[1]}. ` +
        "Keep its state in local variables, not in the module or in a captured variable",
    );
  }

  /** The node at which the thread came by before, if it is in a loop that only waits. */
  #loopHead(node: Node): Node | null {
    if (!node.pending) return null;
    const { parent } = node;
    let head = parent;
    while (head && head.pending && isSilent(head.pending, resultAfter(head, node))) {
      const isHead = isSameRequest(head.pending, node.pending) &&
        head.pending.where === node.pending.where && head.inside.length === node.inside.length;
      if (isHead && this.#repeats(head, node)) return head;
      head = head.parent;
    }
    return null;
  }

  /** Looks ahead: does the thread, given the same answers, go round and round? */
  #repeats(head: Node, node: Node): boolean {
    const lap = pathBetween(head, node);
    const before = logOf(node);
    const results = lap.map((at) => resultAfter(at, node));
    const laps = Math.ceil(maxLookAhead / lap.length);
    const log = [...before, ...Array.from({ length: laps }, () => results).flat()];
    let isSame = true;
    const { pending } = runBody(this.#body, log, (operation, at) => {
      if (at < before.length) return;
      const expected = lap[(at - before.length) % lap.length].pending!;
      if (!isSameRequest(operation as Operation, expected)) isSame = false;
    });
    return isSame && pending !== null && isSameRequest(pending, node.pending!);
  }
}

/** Whether the thread only goes round a loop as long as memory is as it is. */
export function isSpinning({ laps }: Node): boolean {
  return laps !== null && laps.some((lap) =>
    lap.every(({ operation, result }) => {
      if (operation.address < 0 || operation.kind === "notify") return true;
      const value = valueAt(operation);
      return operation.kind === "wait" ? value !== operation.args[0] : value === result;
    })
  );
}

/**
 * Whether the lap can be gone round while memory stays as it is. If not, another thread changed
 * something meanwhile, and the thread has tried again, which is no spinning.
 */
function standsStill(lap: Lap): boolean {
  const values = new Map<number, Result>();
  const touching = lap.filter(({ operation: { kind, address } }) =>
    address >= 0 && kind !== "notify"
  );
  for (const { operation: { kind, address }, result } of touching) {
    if (kind === "wait") continue;
    if (values.has(address) && values.get(address) !== result) return false;
    values.set(address, result);
  }
  return touching.every(({ operation: { kind, address, args } }) =>
    kind !== "wait" || values.get(address) !== args[0]
  );
}

function logOf(node: Node): Result[] {
  const log: Result[] = [];
  for (let at: Node = node; at.parent; at = at.parent) log.push(at.result);
  return log.reverse();
}

/** The nodes from `head` up to, but without, its descendant `end`. */
function pathBetween(head: Node, end: Node): Node[] {
  const path: Node[] = [];
  for (let at = end.parent!; at !== head; at = at.parent!) path.push(at);
  path.push(head);
  return path.reverse();
}

/** The result of the operation of `ancestor` on the way to `end`. */
function resultAfter(ancestor: Node, end: Node): Result {
  let at = end;
  while (at.parent !== ancestor) at = at.parent!;
  return at.result;
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
