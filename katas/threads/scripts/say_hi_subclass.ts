// Two threads of a class of their own say their number. What the class adds are fields, which travel to
// the thread, and what it does there, `run`.
import { Thread } from "../threads.ts";

export class SayHi extends Thread {
  static override readonly module = import.meta.url;

  constructor(readonly number: number) {
    super();
  }

  override async run(): Promise<void> {
    console.log(`running on number: ${this.number}`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  const first = new SayHi(1);
  const second = new SayHi(2);
  first.start();
  second.start();
}
