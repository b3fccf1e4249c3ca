/** Taking a wrong solution in: from a whole file to what it changes of the reference. */
import { sectionFor, wholeFile, type Wrong } from "../../../_kit/wrong/page.ts";
import { layOut } from "../../../_kit/wrong/sheets.ts";
import { command, exit, type Guide, Misuse, paths, read, readReference } from "../../guide.ts";
import { judgeFile, type Run, wholeRun, withClock } from "../../progress/judging.ts";
import { cleaned } from "../../text/message.ts";
import { firstFailure, report, verdictText } from "../../text/report.ts";
import { wrapped } from "../../text/text.ts";
import { formatted } from "../formatted.ts";
import { conflict } from "./earlier.ts";
import { fits } from "./pages.ts";
import { withBlocksOf, withSection } from "./section.ts";

/** A wrong solution that somebody works on, and the page that it is for. */
export interface Draft {
  slug: string;
  page: string;
  name: string;
  /** What the page has of that name. */
  known: Wrong | undefined;
  draft: string;
}

/** Puts what was changed of the reference into the page, and removes the whole file. */
export async function takeIn(
  guide: Guide,
  { slug, page, name, known, draft }: Draft,
): Promise<number> {
  const path = paths.draft(slug, name);
  const reference = await readReference(guide, slug);
  if (draft.match(conflict)) {
    throw new Misuse(`${path} still has conflicts: solve them where the lines with <<<<<<< are`);
  }
  const file = await formatted(guide, draft, "ts");
  const before = known && fits(known, reference) ? wholeFile(known, reference) : reference;
  if (file === before) {
    throw new Misuse(`Nothing was changed in ${path}: edit it first, or delete it to give up`);
  }
  const verdict = known
    ? await judgedAgain(guide, slug, known)
    : await judgedFirst(guide, slug, name);
  if (!verdict) return exit.red;
  const section = sectionFor(verdict.wrong, file, reference);
  const change = known ? withBlocksOf : withSection;
  const changed = change(page, name, section);
  const text = await formatted(guide, changed, "md");
  await Deno.writeTextFile(new URL(paths.wrong(slug), guide.root), text);
  await Deno.remove(new URL(path, guide.root));
  const wayOn = `It is in ${paths.wrong(slug)} now, and ${path} is gone.` +
    (known ? "" : " Say there in a sentence what is wrong, and why it looks right.");
  guide.screen.write(`${verdict.sentence}

${wrapped(wayOn, guide.screen.width)}

This shows it:
  ${command} why ${slug} ${name} --spoil
`);
  return verdict.isRejected ? exit.green : exit.red;
}

interface Verdict {
  wrong: Omit<Wrong, "edits">;
  isRejected: boolean;
  /** What the suite says of it. */
  sentence: string;
}

/** Asks the whole suite about a new one. `null` if there is nothing to write, and why was said. */
async function judgedFirst(guide: Guide, slug: string, name: string): Promise<Verdict | null> {
  const run = await judged(guide, slug, name);
  const failure = firstFailure(run);
  if (!failure?.message || failure.name === wholeRun) return refused(guide, name, run);
  const because = wordsOf(cleaned(failure.message, guide.root));
  return {
    wrong: { name, bug: placeholder, rejectedBy: [failure.name], because: [because] },
    isRejected: true,
    sentence: wrapped(`'${failure.name}' rejects it: ${because}`, guide.screen.width),
  };
}

const placeholder = "What is wrong with it, in a sentence, and why it looks right.";

/** The beginning of a message, as far as it says what happened. */
function wordsOf(message: string): string {
  const [first] = message.split("\n");
  if (first.length <= mostWords) return first;
  const end = first.lastIndexOf(" ", mostWords);
  return first.slice(0, end < 0 ? mostWords : end);
}

const mostWords = 80;

/** Asks the tests that are to reject a known one whether they still do. `null` as above. */
async function judgedAgain(guide: Guide, slug: string, known: Wrong): Promise<Verdict | null> {
  const { name, rejectedBy, because } = known;
  const run = await judged(guide, slug, name, rejectedBy);
  if (run.judgement.verdict === "did not compile") return refused(guide, name, run);
  const failed = run.judgement.tests.filter(({ outcome }) => outcome === "failed");
  const isRejected = rejectedBy.every((test) => failed.some(({ name }) => name === test)) &&
    failed.some(({ message }) => folded(message).includes(folded(because[0])));
  const test = `'${rejectedBy[0]}'`;
  const sentence = isRejected
    ? `${test} rejects it, as before.`
    : `${test} does not reject it any more with the words of its section ` +
      `(${verdictText(run)}): change the section, or the wrong solution.`;
  return { wrong: known, isRejected, sentence: wrapped(sentence, guide.screen.width) };
}

async function judged(
  guide: Guide,
  slug: string,
  name: string,
  only?: readonly string[],
): Promise<Run> {
  const folder = await Deno.makeTempDir({ prefix: "draft_" });
  try {
    const file = await layOut(folder, `${slug}.ts`, await read(guide, paths.draft(slug, name)));
    return await withClock(guide, `Judging ${name}`, judgeFile(guide, slug, file.href, { only }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Says why nothing is written. */
function refused({ root, screen }: Guide, name: string, run: Run): null {
  const { slug } = run.kata;
  const why = run.judgement.verdict === "passed"
    ? `The suite of ${slug} accepts it: it is right, or the suite lacks a test.`
    : report(run, { root, screen });
  const path = paths.draft(slug, name);
  screen.write(`${why}\n\nNothing was written; ${path} is still yours to edit.\n`);
  return null;
}

function folded(text: string): string {
  return text.replace(/\s+/g, " ").toLowerCase();
}
