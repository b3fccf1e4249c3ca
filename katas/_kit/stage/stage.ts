/** A test of a suite on a stage: a child process in which somebody else chooses the schedule. */
import { join } from "node:path";
import type { Drawing } from "../../_explorer/stage/drawing.ts";
import { writeImportMap } from "../judging/import_map.ts";
import { repository } from "../judging/judge.ts";
import { startDeno } from "../judging/process_group.ts";
import { linesOf } from "./lines.ts";
import { type Answer, mark, type Playbill, type Question } from "./protocol.ts";

/** The stage cannot show what was asked for. The message says why. */
export class StageError extends Error {
  /** `StageError`. */
  override name = "StageError";
  /** The names of all tests, if there is none of the name that was asked for. */
  tests: string[] = [];
}

/** How to open a stage. */
export interface StageOptions {
  /** The test, or a part of its name. The first in which threads meet unless given. */
  test?: string;
  /** Milliseconds for each answer. */
  timeout?: number;
  /** Ends it when aborted. */
  signal?: AbortSignal;
  /** The folder that holds `deno.json` and `katas`, with a slash at its end. */
  root?: URL;
}

/** One test on a stage. */
export class Stage implements AsyncDisposable {
  readonly bill: Playbill;
  readonly #line: Line;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(bill: Playbill, line: Line) {
    this.bill = bill;
    this.#line = line;
  }

  /**
   * Runs a test of this kata, with `file` in the place of the kata's own, and keeps the program that it has
   * explored on a stage.
   *
   * @throws {StageError} If there is no such test, or it does not end.
   */
  static async open(slug: string, file: URL, options: StageOptions = {}): Promise<Stage> {
    const line = await Line.open(slug, file, options);
    try {
      const answer = await line.answer();
      if ("bill" in answer) return new Stage(answer.bill, line);
      throw refusal(answer, options.test);
    } catch (error) {
      await line[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The program after this schedule. */
  async draw(schedule: string): Promise<Drawing> {
    const answer = await this.#ask({ draw: schedule });
    if ("drawing" in answer) return answer.drawing;
    throw refusal(answer);
  }

  /** The shortest way from there to a failure, or a sentence that says why there is none. */
  async wayToFail(schedule: string): Promise<Drawing | string> {
    const answer = await this.#ask({ fail: schedule });
    if ("drawing" in answer) return answer.drawing;
    if ("none" in answer) return answer.none;
    throw refusal(answer);
  }

  /** One question after the other. */
  #ask(question: Question): Promise<Answer> {
    const asked = this.#last.then(() => this.#line.ask(question));
    this.#last = asked.catch(() => {});
    return asked;
  }

  /** Ends the child. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#line[Symbol.asyncDispose]();
  }
}

function refusal(answer: Answer, test?: string): StageError {
  if ("problem" in answer) return new StageError(answer.problem);
  const tests = "unknown" in answer ? answer.unknown : [];
  const error = new StageError(
    test === undefined
      ? "No test of this kata has threads that meet in shared memory"
      : `There is no test '${test}'`,
  );
  error.tests = tests;
  return error;
}

/** The line to the child. */
class Line implements AsyncDisposable {
  readonly #child: ReturnType<typeof startDeno>;
  readonly #answers: AsyncGenerator<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #timeout: number;
  readonly #folder: string | null;

  private constructor(child: ReturnType<typeof startDeno>, timeout: number, folder: string | null) {
    this.#child = child;
    this.#answers = linesOf(child.stdout);
    this.#writer = child.stdin.getWriter();
    this.#timeout = timeout;
    this.#folder = folder;
  }

  static async open(
    slug: string,
    file: URL,
    { test, timeout = 60_000, signal, root = repository }: StageOptions,
  ): Promise<Line> {
    const own = new URL(`katas/${slug}/${slug}.ts`, root);
    const folder = own.href === file.href ? null : await Deno.makeTempDir({ prefix: "stage_" });
    const map = folder === null ? [] : [join(folder, "import_map.json")];
    for (const path of map) await writeImportMap(path, root, { [own.href]: file.href });
    const child = startDeno([
      "run",
      "-P",
      "--quiet",
      "--no-check",
      ...map.map((path) => `--import-map=${path}`),
      import.meta.resolve("./child.ts"),
      new URL(`katas/${slug}/${slug}_test.ts`, root).href,
      ...test === undefined ? [] : [test],
    ], { cwd: root, signal });
    return new Line(child, timeout, folder);
  }

  async ask(question: Question): Promise<Answer> {
    // A child that has ended is noticed when there is no answer.
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`))
      .catch(() => {});
    return await this.answer();
  }

  /** The child's next answer. */
  async answer(): Promise<Answer> {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.#child.kill();
    }, this.#timeout);
    try {
      for (;;) {
        const { done, value } = await this.#answers.next();
        if (done) {
          throw new StageError(
            timedOut
              ? `It did not end in ${this.#timeout / 1_000} s: an endless loop or a deadlock?`
              : "The program on the stage has ended",
          );
        }
        if (value.startsWith(mark)) return JSON.parse(value.slice(mark.length));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.ended;
    await this.#answers.return(undefined).catch(() => {});
    await this.#writer.abort().catch(() => {});
    if (this.#folder !== null) await Deno.remove(this.#folder, { recursive: true });
  }
}
