/**
 * The tutorial's first two gevents: each says something, lets the other one go on, and says the rest.
 *
 * Nothing here depends on time or luck: four lines, `Running in foo`, `Explicit context to bar`,
 * `Explicit context switch to foo again`, `Implicit context switch back to bar`, in this order.
 */
import { joinAll, run, sleep, spawn } from "../gevents.ts";

function* foo() {
  console.log("Running in foo");
  yield* sleep(0);
  console.log("Explicit context switch to foo again");
}

function* bar() {
  console.log("Explicit context to bar");
  yield* sleep(0);
  console.log("Implicit context switch back to bar");
}

await run(function* () {
  yield* joinAll([spawn(foo), spawn(bar)]);
});
