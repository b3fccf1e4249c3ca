// Two threads say their number and wait two seconds. Each calls a function that its module exports, and
// the program ends after both.
import { Thread } from "../threads.ts";

export async function sayHi(number: number): Promise<void> {
  console.log(`running on number: ${number}`);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  const module = import.meta.url;
  const first = new Thread({ module, target: "sayHi", args: [1] });
  const second = new Thread({ module, target: "sayHi", args: [2] });

  first.start();
  second.start();

  console.log(first.name);
  console.log(second.name);
}
