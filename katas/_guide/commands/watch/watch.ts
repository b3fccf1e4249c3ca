/** Judges a kata again at every save. */
import { boardRows, boardText, nextRow } from "../board.ts";
import { compareText } from "../compare.ts";
import { openEditor } from "../../terminal/editor.ts";
import { findKata } from "../../find.ts";
import { exit, type Guide, paths } from "../../guide.ts";
import { judgeStub } from "../../progress/judging.ts";
import { giveKeysBack, readKeys, takeKeys } from "../../terminal/keys.ts";
import { hintText } from "../lesson.ts";
import { report } from "../../text/report.ts";
import { keptText, resetStub } from "../reset.ts";
import { onSaves } from "../../terminal/saves.ts";
import { clear, overwrite } from "../../terminal/screen.ts";
import { type Effect, isGreen, step, type WatchEvent, watchStart } from "./state.ts";
import { pagesOf, type Place, statusText, watchText } from "./view.ts";

/** Watches this kata, or the next one, until the learner goes or all is green. */
export async function watch(guide: Guide, slug?: string): Promise<number> {
  const kata = slug ? findKata(guide.katas, slug) : nextRow(await boardRows(guide))?.kata;
  if (kata) return await new Watch(guide, kata.slug).run();
  guide.screen.write(`All ${guide.katas.length} katas are done.\n`);
  return exit.green;
}

class Watch {
  readonly #guide: Guide;
  #state;
  /** Ends all that this has begun. */
  readonly #end = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  /** Ends the judgement that runs. */
  #judgement = new AbortController();
  #judged: Promise<void> = Promise.resolve();
  #judgedSince = 0;
  /** Ends the look at the file of the last kata. */
  #looking = new AbortController();

  constructor(guide: Guide, slug: string) {
    this.#guide = guide;
    this.#state = watchStart(slug, guide.screen.asks);
  }

  async run(): Promise<number> {
    const { signal, screen } = this.#guide;
    const stop = () => this.#ended.reject(signal.reason);
    signal.addEventListener("abort", stop);
    const clock = setInterval(() => this.#drawStatus(), 1_000);
    const forget = this.#onTerminalChange();
    try {
      if (screen.asks) takeKeys();
      if (screen.asks) this.#followKeys().catch(this.#ended.reject);
      this.#look();
      void this.#happen({ type: "saved" });
      await this.#ended.promise;
    } finally {
      clearInterval(clock);
      forget();
      signal.removeEventListener("abort", stop);
      this.#end.abort();
      if (screen.asks) giveKeysBack();
      if (screen.live) screen.write("\n");
      await this.#judged;
    }
    return isGreen(this.#state) ? exit.green : exit.red;
  }

  async #followKeys(): Promise<void> {
    for await (const key of readKeys()) {
      const pages = pagesOf(this.#state, this.#place()).length;
      await this.#happen({ type: "key", key, pages });
    }
  }

  /** Looks at the file of the kata from now on, and no more at that of the last one. */
  #look(): void {
    this.#looking.abort();
    this.#looking = new AbortController();
    const file = new URL(paths.stub(this.#state.slug), this.#guide.root);
    const signal = AbortSignal.any([this.#looking.signal, this.#end.signal]);
    void onSaves(file, signal, () => void this.#happen({ type: "saved" }));
  }

  async #happen(event: WatchEvent): Promise<void> {
    if (this.#end.signal.aborted) return;
    const [state, ...effects] = step(this.#state, event);
    this.#state = state;
    if (event.type === "opened") this.#look();
    this.#draw(event);
    try {
      for (const effect of effects) await this.#perform(effect);
    } catch (error) {
      await this.#happen({ type: "back", notice: (error as Error).message });
    }
  }

  async #perform(effect: Effect): Promise<void> {
    const guide = this.#guide;
    const { slug } = this.#state;
    switch (effect.type) {
      case "judge":
        this.#judge(effect.judging);
        return;
      case "load":
        return await this.#happen({ type: "loaded", text: await this.#load(effect) });
      case "edit":
        return await this.#edit();
      case "reset": {
        const { backup, problem } = await resetStub(guide, slug);
        const kept = backup ? keptText(slug, backup) : "It is the empty stub already.";
        return await this.#happen({ type: "back", notice: `${kept}\n${problem}`.trim() });
      }
      case "next": {
        const row = nextRow(await boardRows(guide));
        return await this.#happen({ type: "opened", slug: row?.kata.slug ?? null });
      }
      case "quit":
        this.#ended.resolve();
    }
  }

  #judge(judging: number): void {
    this.#judgement.abort();
    this.#judgement = new AbortController();
    this.#judgedSince = performance.now();
    const signal = AbortSignal.any([this.#judgement.signal, this.#end.signal]);
    const before = this.#judged;
    const work = async () => {
      await before;
      if (signal.aborted) return;
      try {
        const run = await judgeStub(this.#guide, this.#state.slug, { signal });
        void this.#happen({ type: "judged", judging, run });
      } catch (error) {
        if (signal.aborted) return;
        void this.#happen({ type: "broken", judging, reason: (error as Error).message });
      }
    };
    this.#judged = work();
    this.#drawStatus();
  }

  async #load(effect: Effect & { type: "load" }): Promise<string> {
    const guide = this.#guide;
    const { slug } = this.#state;
    if (effect.what === "hint") return await hintText(guide, slug, effect.level);
    if (effect.what === "compare") return await compareText(guide, slug);
    return boardText(await boardRows(guide), guide.root, guide.screen);
  }

  async #edit(): Promise<void> {
    const { screen } = this.#guide;
    giveKeysBack();
    screen.write("\n");
    const notice = await openEditor(this.#guide, this.#state.slug);
    if (!this.#end.signal.aborted) takeKeys();
    await this.#happen({ type: "back", notice });
  }

  /** A terminal of another size, or one that was left with Ctrl-Z, is drawn anew. */
  #onTerminalChange(): () => void {
    if (!this.#guide.screen.live) return () => {};
    const resized = () => this.#draw();
    const continued = () => {
      if (this.#guide.screen.asks && !this.#state.isAway) takeKeys();
      this.#draw();
    };
    Deno.addSignalListener("SIGWINCH", resized);
    Deno.addSignalListener("SIGCONT", continued);
    return () => {
      Deno.removeSignalListener("SIGWINCH", resized);
      Deno.removeSignalListener("SIGCONT", continued);
    };
  }

  #draw(event?: WatchEvent): void {
    const { screen } = this.#guide;
    if (!screen.live) return this.#tell(event);
    if (this.#state.isAway) return;
    screen.write(`${clear}${watchText(this.#state, this.#place())}\n\n`);
    this.#drawStatus();
  }

  #place(): Place {
    const { screen, root, katas } = this.#guide;
    return { kata: findKata(katas, this.#state.slug), root, screen };
  }

  #drawStatus(): void {
    const { screen, limit } = this.#guide;
    if (!screen.live || this.#state.isAway || this.#end.signal.aborted) return;
    const text = statusText(this.#state, performance.now() - this.#judgedSince, limit);
    screen.write(overwrite(text, screen.width));
  }

  /** Where lines cannot be drawn again, each is written once. */
  #tell(event?: WatchEvent): void {
    const { screen, root, limit } = this.#guide;
    const { notice, problem, run } = this.#state;
    if (event?.type === "saved") screen.write(`Judging ${paths.stub(this.#state.slug)}\n`);
    if (event?.type === "judged" && run && event.run === run) {
      screen.write(`${report(run, { root, screen })}\n`);
      if (!isGreen(this.#state)) screen.write(`${statusText(this.#state, 0, limit)}\n`);
    }
    if (event?.type === "broken" && problem) {
      screen.write(`${problem}\n${statusText(this.#state, 0, limit)}\n`);
    }
    if (notice) screen.write(`${notice}\n`);
  }
}
