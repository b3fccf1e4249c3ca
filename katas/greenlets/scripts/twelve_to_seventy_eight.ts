/**
 * The tutorial's two greenlets: 12, 56, 34, 78.
 *
 * Nothing here depends on time or luck: the four numbers are all that it prints, one a line, and in
 * this order. Take the last switch out of the first greenlet, and 78 is never printed.
 */
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
