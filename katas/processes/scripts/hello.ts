// A function that runs in another process says hello. The main process waits for its end.
import { Process } from "../processes.ts";

export async function sayHello(name: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.log(`hello ${name}`);
}

// The module is loaded in the child as well. Only the main process starts one.
if (import.meta.main) {
  const process = new Process({ module: import.meta.url, target: "sayHello", args: ["bob"] });
  process.start();
  await process.join();
  console.log(`exit code ${process.exitCode}`);
}
