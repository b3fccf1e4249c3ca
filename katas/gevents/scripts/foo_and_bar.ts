// Two tasks each say something, let the other one go on, and say the rest.
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
