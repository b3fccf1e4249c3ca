// Two greenlets switch to each other and say 12, 56, 34, 78. Take the last switch out of the first one,
// and 78 is never printed.
import { Greenlet } from "../greenlets.ts";

const one: Greenlet = new Greenlet(function* () {
  console.log(12);
  yield* two.switch();
  console.log(34);
  yield* two.switch();
});

const two: Greenlet = new Greenlet(function* () {
  console.log(56);
  yield* one.switch();
  console.log(78);
});

one.run();
