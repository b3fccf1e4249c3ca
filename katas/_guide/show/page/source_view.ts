/// <reference lib="dom" />
/** The source, with the line of each thread marked. */
import { colourOf, make, part } from "#page/dom.ts";
import { type Game, momentOf } from "#page/game.ts";
import type { Source } from "../source.ts";

/** Shows one file at a time. */
export class SourceView {
  #sources: Source[] = [];
  #shown = "";
  #lines: HTMLElement[] = [];
  #marked: HTMLElement[] = [];

  /** Takes files in, in the place of those of the same names. */
  add(sources: readonly Source[]): void {
    const isOld = ({ path }: Source) => !sources.some((source) => source.path === path);
    this.#sources = [...this.#sources.filter(isOld), ...sources];
    const shown = sources.find(({ path }) => path === this.#shown);
    if (shown) this.#open(shown);
  }

  /** Forgets all files, and shows the first of these. */
  reset(sources: readonly Source[]): void {
    this.#sources = [...sources];
    const again = sources.find(({ path }) => path === this.#shown) ?? sources[0];
    if (again) this.#open(again);
  }

  /** Marks where each thread is. */
  mark(game: Game): void {
    this.#drawTabs(game);
    for (const line of this.#marked) {
      line.classList.remove("here");
      line.querySelector(".marks")!.replaceChildren();
    }
    this.#marked = [];
    momentOf(game).threads.forEach(({ calls }, thread) => {
      const place = calls.find(({ file }) => file === this.#shown);
      const line = place && this.#lines[place.line - 1];
      if (!line) return;
      line.classList.add("here");
      line.querySelector(".marks")!.append(markOf(game, thread));
      this.#marked.push(line);
    });
    this.#follow(game);
  }

  /** Brings the line of the thread that acts next, or acted last, into sight. */
  #follow(game: Game): void {
    const { rows } = game.drawing;
    const row = rows[game.at] ?? rows[game.at - 1];
    const calls = row ? row.calls : momentOf(game).threads[0].calls;
    const place = calls.find(({ file }) => file === this.#shown);
    const line = place && this.#lines[place.line - 1];
    if (!line) return;
    // Only the panel moves: the page stays where the reader has put it.
    const box = part("source");
    const top = line.offsetTop - box.offsetTop;
    const isSeen = top >= box.scrollTop &&
      top + 2 * line.offsetHeight <= box.scrollTop + box.clientHeight;
    if (!isSeen) box.scrollTop = top - box.clientHeight / 3;
  }

  #open({ path, lines }: Source): void {
    this.#shown = path;
    this.#marked = [];
    this.#lines = lines.map((pieces, i) =>
      make(
        "div",
        { class: "line" },
        make("span", { class: "marks" }),
        make("span", { class: "number" }, String(i + 1)),
        make(
          "code",
          {},
          ...pieces.map(([kind, text]) => make("span", { class: kind && `word-${kind}` }, text)),
        ),
      )
    );
    part("source").replaceChildren(...this.#lines);
  }

  #drawTabs(game: Game): void {
    const tabs = this.#sources.map((source) => {
      const name = source.path.split("/").at(-1)!;
      const isShown = source.path === this.#shown;
      // Who is in a file that is not shown is not marked anywhere else.
      const away = isShown
        ? []
        : momentOf(game).threads.flatMap(({ calls }, thread) =>
          calls[0]?.file === source.path ? [markOf(game, thread)] : []
        );
      const tab = make(
        "button",
        {
          type: "button",
          title: source.path,
          "aria-pressed": String(isShown),
        },
        name,
        ...away,
      );
      tab.addEventListener("click", () => {
        this.#open(source);
        this.mark(game);
      });
      return tab;
    });
    part("files").replaceChildren(...tabs);
  }
}

function markOf(game: Game, thread: number): HTMLElement {
  const { is } = momentOf(game).threads[thread];
  const name = game.drawing.names[thread];
  return make("span", { class: `mark ${colourOf(thread)} ${is}`, title: `${name}: ${is}` }, name);
}
