import { assertEquals } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { demo } from "./demo.ts";
import { smallGuide } from "../testing.ts";

permittedTest("demo() judges the reference, and shows what was proved", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await demo(guide, "locks"), 0);
  assertEquals(
    guide.screen.written,
    `The suite of locks judges the reference, solutions/locks/locks.ts.

passed  the answer is a number
passed  the answer is 42
        proved: the answer
passed  the answer is positive

green  All 3 tests of locks pass.
`,
  );
});
