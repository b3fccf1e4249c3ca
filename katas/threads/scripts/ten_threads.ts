// Ten threads print their number, and main waits for none. It says that it stops, and the program goes
// on until the last of them has ended.
import { Thread } from "../threads.ts";

export async function show(number: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.log(`thread ${number}`);
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  for (let number = 0; number < 10; number++) {
    new Thread({ module: import.meta.url, target: "show", args: [number] }).start();
  }
  console.log("main thread stop");
}
