// A child sends a list to its parent over a pipe, and hears what has become of it. Both ends of the line
// send and receive.
import { Process } from "#solutions/processes/processes.ts";
import { type Connection, EndOfPipe, pipe } from "../pipes.ts";

export async function child(end: Connection): Promise<void> {
  await end.send([42, null, "hello"]);
  console.log("child heard:", await end.recv());
  await end.close();
}

// The module is loaded in the child as well. Only the main process makes a pipe.
if (import.meta.main) {
  const [here, there] = pipe();
  const process = new Process({ module: import.meta.url, target: "child", args: [there] });
  process.start();
  console.log("parent heard:", await here.recv());
  await here.send("thanks");
  await process.join();
  const error = await here.recv().catch((error) => error);
  console.log("the end:", error instanceof EndOfPipe);
  await here.close();
}
