// A server says back whatever its callers say, many of them on one thread. It runs until Ctrl-C, or as
// many seconds as --for says.
import { run, sleep } from "#solutions/gevents/gevents.ts";
import { EchoServer, type Line } from "../sockets.ts";

let callers = 0;

function* handle(line: Line) {
  const caller = ++callers;
  console.log(`caller ${caller} is there`);
  for (let text; (text = yield* line.readLine()) !== null;) {
    console.log(`recv from caller ${caller}: ${text}`);
    yield* line.write(`${text}\n`);
  }
  console.log(`caller ${caller} has gone`);
}

const seconds = Deno.args[0] === "--for" ? Number(Deno.args[1]) : Infinity;

await run(function* () {
  const server = new EchoServer({ handler: handle });
  const { port } = server.listen();
  console.log(`listening on port ${port}; each caller in a terminal of his own:`);
  console.log(`deno run -P katas/sockets/scripts/echo_client.ts ${port}`);
  yield* sleep(seconds * 1_000);
  yield* server.stop();
  console.log("the server has stopped");
});
