/** Schedules to look at: a page that shows the one that fails, and lets the learner choose another. */
import { resolve } from "node:path";
import { findKata } from "../find.ts";
import { exit, type Guide } from "../guide.ts";
import { withClock } from "../progress/judging.ts";
import { openPage } from "../show/browser.ts";
import { documentOf } from "../show/document.ts";
import type { Scene } from "../show/scene.ts";
import { serve, type Server } from "../show/server.ts";
import { Theatre, type Wish } from "../show/theatre.ts";
import { onSaves } from "../terminal/saves.ts";
import { wrapped } from "../text/text.ts";

/** Shows a kata's schedule on a page, or writes the page into a file. */
export async function show(
  guide: Guide,
  kata: string,
  { html, ...wish }: Wish & { html?: string },
): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  await using theatre = new Theatre(guide, slug, wish);
  const scene = await withClock(guide, `Judging ${slug}`, theatre.perform());
  if (html === undefined) return await showOnPage(guide, theatre, scene);
  const path = resolve(html);
  await Deno.writeTextFile(path, await documentOf(scene, false));
  guide.screen.write(`${sentenceOf(scene, guide)}\nThe page is ${path}\n`);
  return scene.passed ? exit.green : exit.red;
}

/** Serves the page, with what comes of each save, until the learner goes. */
export async function showOnPage(
  guide: Guide,
  theatre: Theatre,
  first: Scene,
  hash = "",
): Promise<number> {
  const { screen, signal } = guide;
  let scene = first;
  await using server = serve({
    page: () => documentOf(scene, true),
    answer: (question) => theatre.answer(question),
  });
  screen.write(`${sentenceOf(scene, guide)}\nLook at ${server.url}${hash} (Ctrl-C ends it)\n`);
  if (screen.asks) void openPage(`${server.url}${hash}`, signal);
  await following(guide, theatre, server, (next) => {
    scene = next;
    screen.write(`${sentenceOf(scene, guide)}\n`);
  });
  signal.throwIfAborted();
  return exit.green;
}

/** Judges the file again at each save, until the signal is aborted. */
async function following(
  { signal }: Guide,
  theatre: Theatre,
  server: Server,
  tell: (scene: Scene) => void,
): Promise<void> {
  let judgement = new AbortController();
  let judged: Promise<void> = Promise.resolve();
  const judge = async (own: AbortSignal) => {
    try {
      const scene = await theatre.perform(own);
      tell(scene);
      server.tell({ scene });
    } catch (error) {
      // The next save is judged instead.
      if (!own.aborted) server.tell({ problem: (error as Error).message });
    }
  };
  await onSaves(theatre.file, signal, () => {
    judgement.abort();
    judgement = new AbortController();
    server.tell({ judging: true });
    const own = AbortSignal.any([signal, judgement.signal]);
    judged = judged.then(() => judge(own));
  });
  await judged;
}

function sentenceOf({ passed, test, says }: Scene, { screen }: Guide): string {
  const { colours, width } = screen;
  // Without a test it is a whole report.
  if (test === "") return says.join("\n");
  const word = passed ? colours.green("green") : colours.red("red");
  return `${colours.bold(word)}  ${wrapped(`${test}: ${says[0]}`, width, "       ")}`;
}
