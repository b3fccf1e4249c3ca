/** The states of a random program and what leads from one to another. */
import type { State } from "./machine.ts";

/** A step of a thread that leads to another state. */
export interface Edge {
  thread: number;
  to: number;
}

export class Graph {
  readonly states: State[] = [];
  readonly edges: Edge[][] = [];
  readonly #ids = new Map<string, number>();

  /** The number of a state, old or new. */
  enter(state: State): number {
    const key = JSON.stringify(state);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.states.push(state) - 1;
      this.#ids.set(key, id);
    }
    return id;
  }

  /** The states from which some schedule stops, be it with a fault. */
  reachingAnEnd(): Set<number> {
    const open = this.edges.map((_, id) => id).filter((id) => this.edges[id].length === 0);
    const reached = new Set(open);
    const sources = this.#sources();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const source of sources[id]) {
        if (reached.has(source)) continue;
        reached.add(source);
        open.push(source);
      }
    }
    return reached;
  }

  /**
   * The cycles in which the program can go on for ever in a way that is fair: every thread acts,
   * but for those that can rest. Each is given as one of its states.
   */
  fairCycles(threads: number, canRest: (id: number, thread: number) => boolean): number[] {
    const all = Array.from({ length: threads }, (_, thread) => thread);
    const fair = this.#components().filter((ids) => {
      const members = new Set(ids);
      const inner = ids.flatMap((id) => this.edges[id].filter(({ to }) => members.has(to)));
      return inner.length > 0 &&
        all.every((thread) =>
          inner.some((edge) => edge.thread === thread) || ids.some((id) => canRest(id, thread))
        );
    });
    return fair.map(([id]) => id);
  }

  /** How many ways there are from the first state to an end, or null if they are endless. */
  countPaths(): number | null {
    const arrivals = this.edges.map(() => 0);
    this.edges.flat().forEach(({ to }) => arrivals[to]++);
    const ways = this.edges.map((_, id) => id === 0 ? 1 : 0);
    const open = arrivals[0] === 0 ? [0] : [];
    let [seen, total] = [0, 0];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      seen++;
      if (this.edges[id].length === 0) total += ways[id];
      for (const { to } of this.edges[id]) {
        ways[to] += ways[id];
        if (--arrivals[to] === 0) open.push(to);
      }
    }
    return seen === this.edges.length ? total : null;
  }

  /** The strongly connected components: S. R. Kosaraju's two walks, there and back. */
  #components(): number[][] {
    const order: number[] = [];
    const targets = this.edges.map((edges) => edges.map(({ to }) => to));
    const seen = new Set<number>();
    for (let id = 0; id < targets.length; id++) walk(targets, id, seen, order);
    const components: number[][] = [];
    const sources = this.#sources();
    const assigned = new Set<number>();
    for (const id of order.reverse()) {
      const component: number[] = [];
      walk(sources, id, assigned, component);
      if (component.length > 0) components.push(component);
    }
    return components;
  }

  #sources(): number[][] {
    const sources: number[][] = this.edges.map(() => []);
    this.edges.forEach((edges, id) => edges.forEach(({ to }) => sources[to].push(id)));
    return sources;
  }
}

/** Walks depth first from a state to those not seen, and notes each when it is left for good. */
function walk(next: number[][], start: number, seen: Set<number>, left: number[]): void {
  if (seen.has(start)) return;
  seen.add(start);
  const path = [{ id: start, at: 0 }];
  while (path.length > 0) {
    const top = path[path.length - 1];
    const target = next[top.id][top.at++];
    if (target === undefined) {
      left.push(top.id);
      path.pop();
    } else if (!seen.has(target)) {
      seen.add(target);
      path.push({ id: target, at: 0 });
    }
  }
}
