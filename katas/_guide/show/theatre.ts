/** What is on: a file before its suite, and the test to look at on a stage. */
import { Stage, StageError } from "../../_kit/stage/stage.ts";
import type { Playbill, Question } from "../../_kit/stage/protocol.ts";
import { type Guide, Misuse, paths, read } from "../guide.ts";
import { judgeFile, judgeStub, type Run, wholeRun } from "../progress/judging.ts";
import { coloursIf } from "../terminal/colours.ts";
import { nearest } from "../find.ts";
import { firstFailure, report } from "../text/report.ts";
import type { Reply } from "./news.ts";
import { type Scene, Scenery } from "./scene.ts";

/** What to show. */
export interface Wish {
  /** The test, or a part of its name; the first that fails unless given. */
  test?: string;
  /** Whether to show the reference, and not the learner's file. */
  reference?: boolean;
}

/** Shows one file, again after each change. */
export class Theatre implements AsyncDisposable {
  /** The file that is judged. */
  readonly file: URL;
  readonly #guide: Guide;
  readonly #slug: string;
  readonly #wish: Wish;
  readonly #scenery: Scenery;
  #stage: Stage | null = null;

  constructor(guide: Guide, slug: string, wish: Wish, file = fileOf(guide, slug, wish)) {
    this.file = file;
    this.#guide = guide;
    this.#slug = slug;
    this.#wish = wish;
    this.#scenery = new Scenery(guide, slug, file);
  }

  /**
   * Judges the file as it is now, and puts the test on the stage.
   *
   * @throws The signal's reason if it is aborted.
   * @throws {Misuse} If there is no such test.
   */
  async perform(signal: AbortSignal = this.#guide.signal): Promise<Scene> {
    await this.#close();
    const { test } = this.#wish;
    if (test !== undefined) return await this.#open(test, signal);
    const run = await this.#judge(signal);
    const { verdict } = run.judgement;
    const first = firstFailure(run);
    const isWhole = verdict !== "passed" && (!first || first.name === wholeRun);
    // Elsewhere there is nothing to choose from, and what has failed would only fail again.
    if (isWhole || !await this.#explores()) return await this.#told(run);
    return await this.#open(first?.name, signal);
  }

  /** Answers what a page asks. */
  async answer(question: Question): Promise<Reply> {
    try {
      if (!this.#stage) return { refused: "Nothing is on the stage now." };
      const drawing = "draw" in question
        ? await this.#stage.draw(question.draw)
        : await this.#stage.wayToFail(question.fail);
      if (typeof drawing === "string") return { refused: noWay(drawing, question) };
      const named = this.#scenery.drawing(drawing);
      return { drawing: named, sources: await this.#scenery.sources(named) };
    } catch (error) {
      if (error instanceof StageError) return { refused: error.message };
      throw error;
    }
  }

  #judge(signal: AbortSignal): Promise<Run> {
    const { reference } = this.#wish;
    const isOwn = this.file.href === new URL(paths.stub(this.#slug), this.#guide.root).href;
    return isOwn && !reference
      ? judgeStub(this.#guide, this.#slug, { signal })
      : judgeFile(this.#guide, this.#slug, this.file.href, { signal });
  }

  async #open(test: string | undefined, signal: AbortSignal): Promise<Scene> {
    const { root, limit } = this.#guide;
    try {
      this.#stage = await Stage.open(this.#slug, this.file, { test, root, signal, timeout: limit });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StageError)) throw error;
      if (test !== undefined && error.tests.length > 0) {
        const [near] = nearest(error.tests, test);
        const hint = near === undefined ? "" : `the nearest is '${near}', and `;
        throw new Misuse(`${error.message}: ${hint}'deno test katas/${this.#slug}' lists all`);
      }
      return await this.#plain({ test: test ?? "", passed: false, says: [error.message] });
    }
    const { bill } = this.#stage;
    return await this.#scenery.scene(bill, bill.drawing !== null);
  }

  async #explores(): Promise<boolean> {
    return (await read(this.#guide, paths.suite(this.#slug))).includes("_kit/exploring.ts");
  }

  /** The scene of a run that says all without a stage. */
  async #told(run: Run): Promise<Scene> {
    const { root, screen } = this.#guide;
    const plain = { ...screen, width: screen.width, colours: coloursIf(false) };
    const says = report(run, { root, screen: plain }).split("\n");
    return await this.#plain({ test: "", passed: run.judgement.verdict === "passed", says });
  }

  #plain(bill: Pick<Playbill, "test" | "passed" | "says">): Promise<Scene> {
    return this.#scenery.scene({ goal: "", command: "", drawing: null, ...bill }, false);
  }

  async #close(): Promise<void> {
    await this.#stage?.[Symbol.asyncDispose]();
    this.#stage = null;
  }

  /** Ends what is on. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

function fileOf({ root }: Guide, slug: string, { reference }: Wish): URL {
  return new URL(reference ? paths.reference(slug) : paths.stub(slug), root);
}

function noWay(sentence: string, question: Question): string {
  const why = `${sentence[0].toUpperCase()}${sentence.slice(1)}.`;
  if (!sentence.startsWith("proved")) return `No way is known from here. ${why}`;
  const isStart = "fail" in question && question.fail === "";
  return isStart
    ? `Nobody can win. ${why}`
    : `From here nothing goes wrong. ${why} Go back, and try another way.`;
}
