/** The suite's side of a process that does with things what it is told. */
import type { Answer, Order } from "./orders.ts";
import { soon } from "./wait.ts";

/** What a suite needs of a process that has been started and obeys. */
interface Child {
  send(order: unknown): void;
  receive(): Promise<unknown>;
  result(): Promise<unknown>;
  join(): Promise<boolean>;
  kill(): void;
}

/** A child process at work. It is killed at the end of the block. */
export class Hand<Process extends Child> implements AsyncDisposable {
  /** The process itself. */
  readonly process: Process;
  readonly #silent: string;
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  /** The sentence says what it means if it does not answer. */
  private constructor(process: Process, silent: string) {
    this.process = process;
    this.#silent = silent;
  }

  /** Waits until the child has its things. Fails with its error if it cannot have them. */
  static async of<Process extends Child>(process: Process, silent: string): Promise<Hand<Process>> {
    const hand = new Hand(process, silent);
    const ready = hand.#expect(0);
    void hand.#listen();
    try {
      // Of a child that has died the line says only that it has ended; the result says why.
      const told = ready.catch((error) => process.result().then(() => Promise.reject(error)));
      await soon(told, silent);
      return hand;
    } catch (error) {
      await hand[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What a method of a thing resolves to in the child, perhaps after a long wait. */
  // deno-lint-ignore no-explicit-any -- whatever the method gives
  tell(thing: string, name: string, ...args: unknown[]): Promise<any> {
    const order: Order = { id: ++this.#last, thing, name, args };
    this.process.send(order);
    return this.#expect(order.id);
  }

  /** The same of a method that comes back at once, or what a getter says. */
  // deno-lint-ignore no-explicit-any -- whatever the method gives
  ask(thing: string, name: string, ...args: unknown[]): Promise<any> {
    return soon(this.tell(thing, name, ...args), this.#silent);
  }

  /** Lets it end by itself, and waits for that. */
  async ends(sentence = "The child does not end"): Promise<void> {
    this.process.send(null);
    await soon(this.process.join(), sentence);
  }

  /** Kills it, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill();
    await this.process.join();
  }

  #expect(id: number): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    answer.promise.catch(() => {}); // Who asks no more need not hear that the child is dead.
    this.#answers.set(id, answer);
    return answer.promise;
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        const { id, value, error } = await this.process.receive() as Answer;
        const answer = this.#answers.get(id)!;
        if (error) answer.reject(Object.assign(new Error(error.message), { name: error.name }));
        else answer.resolve(value);
      }
    } catch (error) {
      for (const { reject } of this.#answers.values()) reject(error);
    }
  }
}
