import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { decodeNow, encode } from "./encoding.ts";
import { errorOf, type Failure, failureOf } from "./failures.ts";

/** The two ways that failures go: to threads, and to processes. */
const ways: [string, (failure: Failure) => Failure][] = [
  ["a message to a thread", structuredClone],
  ["bytes to a process", (failure) => decodeNow(encode(failure)) as Failure],
];

class Burnt extends Error {
  override name = "Burnt";
  readonly minutes = 7;
}

class NoGas extends Error {
  override get name() {
    return "NoGas";
  }
}

const isError = (value: unknown): boolean => value instanceof Error;

for (const [way, travel] of ways) {
  // deno-lint-ignore no-explicit-any
  const afar = (error: unknown): any => errorOf(travel(failureOf(error)));

  Deno.test(`${way}: an error arrives with its name, message, fields and stack`, () => {
    const error = new Burnt("black");
    const arrived = afar(error);
    assert(isError(arrived));
    assertEquals([arrived.name, arrived.message, arrived.minutes], ["Burnt", "black", 7]);
    assertEquals(arrived.stack, error.stack);
    assertEquals(afar(new NoGas("cold")).name, "NoGas");
    assertInstanceOf(afar(new RangeError("far")), RangeError);
  });

  Deno.test(`${way}: causes arrive as their errors do, also in a ring`, () => {
    const aborted = new DOMException("the guest has left", "AbortError");
    const { cause } = afar(new Error("no meal", { cause: new Burnt("black", { cause: aborted }) }));
    assertEquals([cause.name, cause.message, cause.minutes], ["Burnt", "black", 7]);
    assertEquals([cause.cause.name, cause.cause.message], ["AbortError", "the guest has left"]);
    assertEquals(afar(new Error("no meal", { cause: "no gas" })).cause, "no gas");
    const ring: Error = new NoGas("cold");
    ring.cause = ring;
    const arrived = afar(ring);
    assertEquals(arrived.name, "NoGas");
    assertStrictEquals(arrived.cause, arrived);
  });

  Deno.test(`${way}: a DOMException arrives with its name and message`, () => {
    class Left extends DOMException {
      readonly guests = 2;
    }
    const arrived = afar(new Left("the guest has left", "AbortError"));
    assert(isError(arrived));
    assertEquals([arrived.name, arrived.message], ["AbortError", "the guest has left"]);
    assertEquals(arrived.guests, 2);
  });

  Deno.test(`${way}: what is no error arrives as it is`, () => {
    for (const thrown of [undefined, null, "", 0, { name: "a", message: "b" }]) {
      assertEquals(afar(thrown), thrown);
    }
  });

  Deno.test(`${way}: a field that cannot travel keeps back the fields and no more`, () => {
    const arrived = afar(Object.assign(new Burnt("black"), { again() {} }));
    assertEquals([arrived.name, arrived.message], ["Burnt", "black"]);
  });
}

Deno.test("an error that cannot be looked at is a failure like another", () => {
  const mute = new Error("hidden");
  for (const part of ["name", "message", "secret"]) {
    Object.defineProperty(mute, part, {
      enumerable: true,
      get() {
        throw new Error("look away");
      },
    });
    assertStrictEquals(failureOf(mute).error, mute);
  }
  const veiled = new Proxy({}, {
    getPrototypeOf() {
      throw new Error("look away");
    },
  });
  assertStrictEquals(failureOf(veiled).error, veiled);
});

Deno.test("an error without losses needs no more than JSON", () => {
  assert(!("losses" in failureOf("burnt")), "Nothing is lost of a text");
});
