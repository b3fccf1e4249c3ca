import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { permittedTest } from "../suite/permission.ts";
import { upToStep } from "./step_order.ts";

const lesson = `# A till

## Your task

### [1] money goes in

- \`new Till(name)\`, \`put(coin)\`.

### [2] and out

- \`put(coin)\` returns the sum. \`take(coin)\`, \`close()\`; \`sumOf(tills)\`.

## Traps
`;

const stub = `
export class Till {
  constructor(readonly name: string) { notYet("new Till"); }
  put(coin: number): number { return notYet("Till.put"); }
  take(coin: number): number { return notYet("Till.take"); }
  async close(): Promise<void> { return notYet("Till.close"); }
}
export function sumOf(tills: Till[]): number { return notYet("sumOf"); }
`;

const reference = `
export class Till {
  #sum = 0;
  constructor(readonly name: string) {}
  put(coin: number): number { return this.take(-coin); }
  take(coin: number): number { return this.#sum -= coin; }
  close(): Promise<void> { return Promise.resolve(); }
}
export function sumOf(tills: Till[]): number { return tills.length; }
`;

const till = { slug: "tills", steps: 2, lesson, stub, reference };

/** The module as it is before step 2. */
async function beforeStepTwo() {
  const folder = await Deno.makeTempDir({ prefix: "steps_" });
  const file = `${folder}/katas/tills/tills.ts`;
  await Deno.mkdir(`${folder}/katas/tills`, { recursive: true });
  await Deno.writeTextFile(file, upToStep(till, 1));
  try {
    return await import(`file://${file}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest("upToStep() lets what a later step builds throw, as the stub does", async () => {
  const { Till, sumOf } = await beforeStepTwo();
  const mine = new Till("mine");
  const sentence = "Till.take is not implemented yet: katas/tills/README.md";
  assertThrows(() => mine.take(1), Error, sentence);
  assertThrows(() => sumOf([]), Error, "sumOf is not implemented yet");
  await assertRejects(() => mine.close(), Error, "Till.close is not implemented yet");
});

permittedTest("upToStep() lets the reference call what it likes", async () => {
  const { Till } = await beforeStepTwo();
  assertEquals(new Till("mine").put(2), 2);
});

Deno.test("upToStep() leaves the last step as it is", () => {
  assertEquals(upToStep(till, 2), reference);
});

Deno.test("upToStep() misses what the stub has and the reference has not", () => {
  const short = { ...till, reference: reference.replace("take(coin", "give(coin") };
  assertThrows(() => upToStep(short, 1), Error, "lacks Till.take");
});
