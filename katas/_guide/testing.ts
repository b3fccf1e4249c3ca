/** A small collection and a screen that remembers, for the guide's own tests. */
import { pathToFileURL } from "node:url";
import type { Kata } from "../curriculum.ts";
import type { Judgement } from "../_kit/judging/judge.ts";
import { type Guide, paths } from "./guide.ts";
import type { Run } from "./progress/judging.ts";
import { coloursIf } from "./terminal/colours.ts";
import type { Screen } from "./terminal/screen.ts";

/** A screen whose texts can be looked at. */
export interface FakeScreen extends Screen {
  /** What was written. */
  written: string;
  /** What was written past the output. */
  warned: string;
}

/** A screen without colours; no terminal unless told otherwise. */
export function fakeScreen({ width = 80, live = false, colour = false } = {}): FakeScreen {
  return {
    width,
    height: 24,
    live,
    asks: false,
    colours: coloursIf(colour),
    written: "",
    warned: "",
    write(text) {
      this.written += text;
    },
    warn(text) {
      this.warned += text;
    },
  };
}

/** A kata by its name. */
export function kata(slug: string, rest: Partial<Kata> = {}): Kata {
  return {
    slug,
    title: `the story of ${slug}`,
    part: "threads",
    buildsOn: [],
    level: 2,
    steps: [],
    needsPermission: false,
    ...rest,
  };
}

/** The file that solves a kata of the small collection. */
export const right = "export const answer = (): number => 42;\n";

/** A file that does not solve it. */
export const stub = "export const answer = (): number => 0;\n";

const suite = (slug: string) => `
import { answer } from "./${slug}.ts";
Deno.test("the answer is a number", () => { answer(); });
Deno.test("the answer is 42", async (t) => {
  if (answer() === 41) console.log("nearly");
  if (answer() !== 42) throw new Error(\`Wrong: \${answer()}\`);
  await t.step("proved: the answer", () => {});
});
Deno.test("the answer is positive", () => { if (answer() <= 0) throw new Error("Not positive"); });
`;

/** The titles of the steps that {@linkcode suiteInSteps} has. */
export const steps: readonly string[] = ["it answers", "the answer is right", "it has a reason"];

/** A suite in three steps. */
export const suiteInSteps = (slug: string): string => `
import * as mine from "./${slug}.ts";
const { answer, why } = mine as { answer(): number, why?(): string };
Deno.test("[1] the answer is a number", () => { answer(); });
Deno.test("[2] the answer is even", () => { if (answer() % 2) throw new Error("Odd"); });
Deno.test("[2] the answer is 42", () => {
  if (answer() !== 42) throw new Error(\`Wrong: \${answer()}\`);
});
Deno.test("[3] there is a reason", () => {
  if (!why) throw new Error("new Why is not implemented yet: katas/${slug}/README.md");
  why();
});
`;

/** A guide to a collection in a temporary folder. */
export async function smallGuide(
  slugs: readonly string[],
  screen = fakeScreen(),
): Promise<Guide & AsyncDisposable & { screen: FakeScreen }> {
  const folder = await Deno.makeTempDir({ prefix: "guide_" });
  const root = new URL(`${pathToFileURL(folder).href}/`);
  const put = async (path: string, text: string) => {
    await Deno.mkdir(new URL(".", new URL(path, root)), { recursive: true });
    await Deno.writeTextFile(new URL(path, root), text);
  };
  const permissions = { default: { read: true, write: true, run: true } };
  await put("deno.json", JSON.stringify({ permissions, fmt: { lineWidth: 100 } }));
  for (const slug of slugs) {
    await put(paths.stub(slug), stub);
    await put(paths.pristine(slug), stub);
    await put(paths.suite(slug), suite(slug));
    await put(paths.lesson(slug), `# ${slug}\n\nThe lesson of **${slug}**.\n`);
    await put(paths.hints(slug), hints);
    await put(paths.reference(slug), right);
    await put(paths.wrong(slug), wrongPage);
  }
  return {
    root,
    katas: slugs.map((slug) => kata(slug)),
    screen,
    signal: new AbortController().signal,
    limit: 20_000,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Saves a file of the collection. */
export function save(guide: Guide, path: string, text: string): Promise<void> {
  return Deno.writeTextFile(new URL(path, guide.root), text);
}

/** A judgement as the judge would make it. */
export function runOf(judgement: Partial<Judgement>, rest: Partial<Run> = {}): Run {
  return {
    kata: kata("locks"),
    judgement: { verdict: "failed", tests: [], output: "", ...judgement },
    milliseconds: 1_234,
    limit: 30_000,
    steps: [],
    newSteps: [],
    unnoted: "",
    ...rest,
  };
}

const hints = ["First", "Second", "Third"].map((title) =>
  `<details>\n<summary>${title}</summary>\n\nThe text of ${title}.\n\n</details>\n`
).join("\n");

/** The page of wrong solutions. */
export const wrongPage = `# Wrong solutions

## off_by_one

Counts one too few.

- rejected by: the answer is 42
- because: Wrong: 41

\`\`\`diff
-export const answer = (): number => 42;
+export const answer = (): number => 41;
\`\`\`
`;

/** Waits until a text was written. */
export function whenWritten(screen: FakeScreen, text: string): Promise<void> {
  return whenThere(text, () => screen.written);
}

/** Waits until a text was written past the output. */
export function whenWarned(screen: FakeScreen, text: string): Promise<void> {
  return whenThere(text, () => screen.warned);
}

async function whenThere(text: string, written: () => string): Promise<void> {
  const end = performance.now() + 60_000;
  while (!written().includes(text)) {
    if (performance.now() > end) throw new Error(`'${text}' was not written: ${written()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The same, and the suites have three steps. */
export async function guideInSteps(
  slugs: readonly string[],
  screen = fakeScreen(),
): ReturnType<typeof smallGuide> {
  const guide = await smallGuide(slugs, screen);
  for (const slug of slugs) await save(guide, paths.suite(slug), suiteInSteps(slug));
  return { ...guide, katas: slugs.map((slug) => kata(slug, { steps })) };
}
