/** Runs in the child: registers the tests of many copies of a suite, each for another implementation. */

/** A copy of the suite. */
export interface Copy {
  name: string;
  /** The names of the tests, or the last step of those that are asked for. */
  only: readonly string[] | number;
  /** The URL of the suite. */
  suite: string;
  /** Whether it explores schedules. */
  explores: boolean;
}

/** What a test is called that is run for one candidate of many. */
export function ownName(candidate: string, test: string): string {
  return `${candidate} | ${test}`;
}

/** Registers those tests that are asked for, each under its candidate's name. */
export async function registerAll(copies: readonly Copy[], patience: number): Promise<void> {
  // Else one error that nobody catches would cancel all the tests that follow.
  for (const type of ["error", "unhandledrejection"]) {
    addEventListener(type, (event) => event.preventDefault());
  }
  const register = Deno.test;
  try {
    for (const { name, only, suite, explores } of copies) {
      const add = (test: Deno.TestDefinition) => {
        if (isAskedFor(test.name, only)) register(ownTest(test, name, patience));
      };
      Object.assign(Deno, { test: Object.assign(add, register) });
      try {
        if (explores) await (await import("../suite/probes.ts")).loadProbes(suite);
        await import(suite);
      } catch (error) {
        const fn = () => Promise.reject(error);
        const tests = typeof only === "number" ? ["the suite is loaded"] : only;
        for (const test of tests) register(ownTest({ name: test, fn }, name, patience));
      }
    }
  } finally {
    Object.assign(Deno, { test: register });
  }
}

function isAskedFor(test: string, only: Copy["only"]): boolean {
  if (typeof only !== "number") return only.includes(test);
  return Number(test.match(/^\[(\d+)\]/)?.[1]) <= only;
}

function ownTest(test: Deno.TestDefinition, name: string, patience: number): Deno.TestDefinition {
  return {
    ...test,
    name: ownName(name, test.name),
    // Deno ends a loop or an Atomics.wait that takes longer, and goes on.
    timeout: 2 * patience,
    async fn(t) {
      try {
        await test.fn(t);
      } finally {
        Deno.exitCode = 0;
      }
    },
  };
}
