/**
 * Whether calls that overlap come out as if each had happened in one moment between its beginning and its end
 * (Herlihy and Wing 1990). All orders that are still possible are kept at once, so that the first return
 * that fits none of them is the fault.
 */
import { Reader } from "../threads/values.ts";

/**
 * What a shared object promises, as an object of one thread. A call takes the state and the arguments and
 * returns the next state and the result, or null where it would have to wait. It changes nothing in place.
 */
export interface Model<State> {
  /** The state at the beginning. */
  start: State;
  /** The calls, by name. */
  // deno-lint-ignore no-explicit-any
  calls: Record<string, (state: State, ...args: any[]) => [next: State, result: unknown] | null>;
}

/** A call that has begun. In one of the possible orders it has happened, with a result, or not yet. */
export interface Call {
  name: string;
  args: readonly unknown[];
}

interface Order<State> {
  state: State;
  /** For each thread, whether its call has happened, and with what result. */
  happened: (string | null)[];
}

/** All that the calls so far can have come to. */
export interface Standing<State> {
  id: number;
  calls: (Call | null)[];
  orders: Order<State>[];
}

/** Judges the calls of a program's threads. */
export class Judge<State> {
  /** The standings that were met, by their numbers. */
  readonly standings: Standing<State>[] = [];
  readonly #known = new Map<string, Standing<State>>();
  readonly #model: Model<State>;

  constructor(model: Model<State>, threads: number) {
    this.#model = model;
    const nothing = Array.from({ length: threads }, () => null);
    this.#standing(nothing, [{ state: model.start, happened: nothing }]);
  }

  /** A thread calls. */
  begin(before: Standing<State>, thread: number, call: Call): Standing<State> {
    return this.#standing(before.calls.with(thread, call), before.orders);
  }

  /** The thread's call returns. Without an order that allows it, the calls cannot be put in order. */
  end(before: Standing<State>, thread: number, result: string): Standing<State> {
    const orders = this.#closed(before)
      .filter(({ happened }) => happened[thread] === result)
      .map(({ state, happened }) => ({ state, happened: happened.with(thread, null) }));
    return this.#standing(before.calls.with(thread, null), orders);
  }

  /** The orders, and those in which more of the calls that have begun have happened. */
  #closed({ calls, orders }: Standing<State>): Order<State>[] {
    const all = [...orders];
    const seen = new Set(all.map(written));
    for (const { state, happened } of all) {
      calls.forEach((call, thread) => {
        if (!call || happened[thread] !== null) return;
        const next = this.#model.calls[call.name](state, ...call.args);
        if (!next) return;
        const order = { state: next[0], happened: happened.with(thread, written(next[1])) };
        const text = written(order);
        if (seen.has(text)) return;
        seen.add(text);
        all.push(order);
      });
    }
    return all;
  }

  #standing(calls: (Call | null)[], orders: Order<State>[]): Standing<State> {
    const key = `${written(calls)}/${orders.map(written).sort().join()}`;
    let standing = this.#known.get(key);
    if (!standing) {
      standing = { id: this.standings.length, calls, orders };
      this.standings.push(standing);
      this.#known.set(key, standing);
    }
    return standing;
  }
}

/** A value as text; equal values have equal texts. */
export function written(value: unknown): string {
  return new Reader().read([value]);
}
