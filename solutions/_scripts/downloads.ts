import { assert, assertEquals } from "@std/assert";
import { numbers, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  three_sites: {
    "each site is asked, and then all its bytes come"(lines) {
      const asked = lines.filter((line) => line.startsWith("GET: "));
      assertEquals(asked.length, 3);
      for (const line of asked) {
        const url = line.slice("GET: ".length);
        const received = lines.findIndex((one) => one.endsWith(`bytes received from ${url}`));
        assert(received > lines.indexOf(line), `Received from ${url}`);
      }
    },
    "the sites have sent 48560, 12345 and 6789 bytes"(lines) {
      assertEquals(sorted(numbers(lines, /^(\d+) bytes received/)), [6_789, 12_345, 48_560]);
    },
    "all are asked before the first one is there"(lines) {
      const first = lines.findIndex((line) => / bytes received /.test(line));
      assert(lines.slice(0, first).filter((line) => line.startsWith("GET: ")).length === 3);
    },
  },
};
