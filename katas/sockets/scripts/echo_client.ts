// A client says line by line what you type, and shows what the server says back. Its argument is the
// port of the server; without one it has a server of its own, on the same thread.
import { run } from "#solutions/gevents/gevents.ts";
import { Client, EchoServer, Line } from "../sockets.ts";

/** The keyboard and the screen are a line as well, and so is a pipe in their place. */
const terminal = new Line({
  read: (buffer) => Deno.stdin.read(buffer),
  write: (bytes) => Deno.stdout.write(bytes),
  closeWrite: () => Promise.resolve(),
  close() {},
});

await run(function* () {
  const own = Deno.args.length > 0 ? null : new EchoServer();
  const port = own?.listen().port ?? Number(Deno.args[0]);
  {
    using client = yield* Client.connect({ port });
    yield* terminal.write(`Received: ${yield* client.ask("hello")}\n>>: `);
    for (let text; (text = yield* terminal.readLine()) !== null;) {
      yield* terminal.write(`Received: ${yield* client.ask(text)}\n>>: `);
    }
    yield* terminal.write("bye\n");
  }
  yield* own?.stop() ?? [];
});
