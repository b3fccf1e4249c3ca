import { assert, assertEquals } from "@std/assert";
import { isPlain } from "./encoding.ts";
import { packed, workOf } from "./work.ts";

class Worker {}
class Cook extends Worker {
  dish = "soup";
}

Deno.test("what travels of plain work is JSON, so that nothing has to be loaded for it", () => {
  const module = "file:///work.ts";
  const call = packed(new Worker(), Worker, workOf("process", { module, target: "f" }, undefined));
  assertEquals(call, { module, target: "f", args: [], fields: {} });
  assert(isPlain(call));
  const cook = packed(new Cook(), Worker, workOf("process", {}, module));
  assertEquals(cook, { module, args: [], className: "Cook", fields: { dish: "soup" } });
  assert(isPlain(cook));
});
