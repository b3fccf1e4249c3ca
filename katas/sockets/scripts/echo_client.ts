// A client says line by line what you type, and shows what the server says back. Its argument is the
// port of the server; without one it has a server of its own, on the same thread.
import process from "node:process";
import { createInterface } from "node:readline";
import { run, wait } from "#solutions/gevents/gevents.ts";
import { Client, EchoServer } from "../sockets.ts";

const keyboard = createInterface({ input: process.stdin });
const lines = keyboard[Symbol.asyncIterator]();

await run(function* () {
  const own = Deno.args.length > 0 ? null : new EchoServer();
  const port = own?.listen().port ?? Number(Deno.args[0]);
  {
    using client = yield* Client.connect({ port });
    console.log(`Received: ${yield* client.ask("hello")}`);
    for (;;) {
      process.stdout.write(">>: ");
      const { value, done } = yield* wait(lines.next());
      if (done) break;
      console.log(`Received: ${yield* client.ask(value)}`);
    }
    console.log("bye");
  }
  yield* own?.stop() ?? [];
});
keyboard.close();
