/** The library as a project gets it that has it from a registry. */
import { assertEquals } from "@std/assert";
import { permittedTest } from "../../katas/_kit/suite/permission.ts";
import { runFromRegistry } from "./from_registry.ts";

const said = [
  "thread: its work",
  "hi: a subclass",
  "MainThread: locks and queues",
  "inner: started by a thread",
  "service: flushed",
  "MainThread: the end",
];

permittedTest("all threads, daemons and services work from a registry and over http", async () => {
  const text = await Deno.readTextFile(new URL("program.ts", import.meta.url));
  await runFromRegistry(
    { name: "program.ts", text, permissions: ["--allow-read"] },
    ({ code, stdout, stderr }, door) => {
      assertEquals(stdout.trim().split("\n"), said, `From ${door}: ${stderr}`);
      assertEquals([code, stderr], [0, ""]);
    },
  );
});
