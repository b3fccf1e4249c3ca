/** A game: the learner is the scheduler, and wins by breaking the code. */
import { findKata } from "../find.ts";
import { command, exit, type Guide } from "../guide.ts";
import { withClock } from "../progress/judging.ts";
import { after, type Deed, deedOf, faultOf, type Game, newGame } from "../show/page/game.ts";
import { playText } from "../show/play_text.ts";
import type { Scene } from "../show/scene.ts";
import { Theatre, type Wish } from "../show/theatre.ts";
import { giveKeysBack, readKeys, takeKeys } from "../terminal/keys.ts";
import { clear } from "../terminal/screen.ts";
import { wrapped } from "../text/text.ts";
import { showOnPage } from "./show.ts";

/** Plays in the terminal, or on the page. */
export async function play(
  guide: Guide,
  kata: string,
  { page = false, ...wish }: Wish & { page?: boolean },
): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  await using theatre = new Theatre(guide, slug, wish);
  const scene = await withClock(guide, `Judging ${slug}`, theatre.perform());
  if (!scene.canPlay) return refuse(guide, scene);
  if (page) return await showOnPage(guide, theatre, scene, "#play");
  return await playHere(guide, theatre, scene, readKeys());
}

function refuse({ screen }: Guide, { kata, test, says }: Scene): number {
  const head = test === "" ? "" : `'${test}' has no schedule to choose: `;
  screen.warn(
    `There is nothing to play with yet.\n${wrapped(`${head}${says.join("\n")}`, screen.width)}\n` +
      `A test can be named: ${command} play ${kata} <part of its name>\n`,
  );
  return exit.red;
}

/** Plays with what is on, until the keys end or one of them is Q. */
export async function playHere(
  guide: Guide,
  theatre: Theatre,
  scene: Scene,
  keys: AsyncIterable<string>,
): Promise<number> {
  const { screen, signal } = guide;
  const start = await theatre.answer({ draw: "" });
  if ("refused" in start) return refuse(guide, { ...scene, says: [start.refused] });
  const table = new Table(theatre, scene, newGame(start.drawing));
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop);
  if (screen.asks) takeKeys();
  try {
    const draw = () => screen.write(`${screen.live ? clear : ""}${table.text(guide)}\n`);
    await Promise.race([stopped.promise, table.play(keys, draw)]);
  } finally {
    signal.removeEventListener("abort", stop);
    if (screen.asks) giveKeysBack();
  }
  return faultOf(table.game) ? exit.red : exit.green;
}

/** The game on the terminal's side: keys go in, questions go to the stage. */
class Table {
  game: Game;
  #scene: Scene;
  readonly #theatre: Theatre;

  constructor(theatre: Theatre, scene: Scene, game: Game) {
    this.#theatre = theatre;
    this.#scene = scene;
    this.game = game;
  }

  text({ screen }: Guide): string {
    return playText(this.#scene, this.game, screen);
  }

  async play(keys: AsyncIterable<string>, draw: () => void): Promise<void> {
    draw();
    for await (const key of keys) {
      if (key === "q" || key === "Q") return;
      const deed = deedOf(key);
      if (!deed) continue;
      await this.#act(deed, draw);
      draw();
    }
  }

  async #act(deed: Deed, draw: () => void): Promise<void> {
    const next = after(this.game, deed);
    this.game = next.game;
    if (!next.ask) return;
    if (this.game.notice !== "") draw();
    const reply = await this.#theatre.answer(next.ask);
    if ("refused" in reply) return await this.#act({ do: "refused", reason: reply.refused }, draw);
    this.#scene = { ...this.#scene, sources: reply.sources };
    const { drawing } = reply;
    await this.#act({ do: "draw" in next.ask ? "moved" : "helped", drawing }, draw);
  }
}
