// deno-lint-ignore-file require-await -- what is tested begins to wait, or does not
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { withUncaught } from "./uncaught.ts";

const said = "Nobody has caught this error: RangeError: burnt";
const burns = () => void Promise.reject(new RangeError("burnt"));

Deno.test("withUncaught() gives what the body gives, or throws what it throws", async () => {
  assertEquals(await withUncaught(async () => 7), 7);
  await assertRejects(() => withUncaught(() => Promise.reject(new TypeError("own"))), TypeError);
});

Deno.test("withUncaught() fails with what nobody has caught, also as the body ends", async () => {
  await assertRejects(() => withUncaught(async () => burns()), Error, said);
  const { stack } = await assertRejects(() => withUncaught(async () => burns()), Error);
  assertEquals(stack!.includes("at burns"), true, "It tells where that was made");
  const timer = async () => {
    setTimeout(() => {
      throw new RangeError("burnt");
    }, 0);
    await new Promise((go) => setTimeout(go, 20));
  };
  await assertRejects(() => withUncaught(timer), Error, said);
  await assertRejects(
    () => withUncaught(async () => void Promise.reject()),
    Error,
    "Nobody has caught this error: undefined",
  );
});

Deno.test("withUncaught() does not wait for ever for a body that such an error has left waiting", async () => {
  const waits = () => {
    burns();
    return new Promise<void>(() => {});
  };
  await assertRejects(() => withUncaught(waits, { left: 50 }), Error, said);
});

Deno.test("withUncaught() keeps the failure of the body as the cause", async () => {
  const own = new TypeError("own");
  const both = async () => {
    burns();
    throw own;
  };
  const { cause } = await assertRejects(() => withUncaught(both), Error, said);
  assertStrictEquals(cause, own);
  const unfinished = async () => {
    burns();
    throw new Error("Lock.acquire is not implemented yet: katas/locks/README.md");
  };
  await assertRejects(() => withUncaught(unfinished), Error, "Lock.acquire is not implemented");
});

Deno.test("withUncaught() leaves to others what they expect", async () => {
  const expected = (event: Event) => event.preventDefault();
  addEventListener("unhandledrejection", expected);
  try {
    await withUncaught(async () => burns());
  } finally {
    removeEventListener("unhandledrejection", expected);
  }
});
