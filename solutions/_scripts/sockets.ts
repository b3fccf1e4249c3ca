import { assertEquals, assertMatch } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  echo_server: {
    "it says where it listens, how to call it, and that it has stopped"(lines) {
      assertMatch(lines[0], /^listening on port \d+;/);
      const [port] = lines[0].match(/\d+/)!;
      assertEquals(lines.slice(1), [
        `deno run -P katas/sockets/scripts/echo_client.ts ${port}`,
        "the server has stopped",
      ]);
    },
  },
  echo_client: {
    "what was said comes back, and at the end of the input it goes"(lines) {
      assertEquals(lines, ["Received: hello", ">>: bye"]);
    },
  },
};
