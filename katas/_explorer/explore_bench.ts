/** `deno bench katas/_explorer`: states per second. Divide the states in a name by its time. */
import { right } from "./corpus/right.ts";
import { everySchedule } from "./mod.ts";

Deno.bench("mutex of three states, three threads, proved", { baseline: true }, () => {
  everySchedule(right["mutex of three states, three threads"]);
});

Deno.bench("the same without merges, 49,424 states", () => {
  everySchedule({
    ...right["mutex of three states, three threads"],
    symmetry: false,
  });
});
