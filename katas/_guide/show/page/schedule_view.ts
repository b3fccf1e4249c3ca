/// <reference lib="dom" />
/** The schedule as a table: a row a step, a lane a thread. The lanes are drawn; all that they say is in the row's words. */
import { colourOf, make, part } from "#page/dom.ts";
import type { Game } from "#page/game.ts";
import type { Drawing, Standing } from "../../../_explorer/stage/drawing.ts";

/** Shows the rows of a drawing, and how many of them are done. */
export class ScheduleView {
  #drawing: Drawing | null = null;
  #rows: HTMLElement[] = [];
  readonly #onJump: (at: number) => void;

  constructor(onJump: (at: number) => void) {
    this.#onJump = onJump;
  }

  /** Draws the game. */
  draw({ drawing, at }: Game): void {
    if (this.#drawing !== drawing) this.#build(drawing);
    this.#rows.forEach((row, i) => {
      row.classList.toggle("ahead", i >= at);
      if (i === at - 1) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    const box = part("schedule");
    const row = this.#rows[at - 1];
    if (!row) box.scrollTop = 0;
    else if (row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = row.offsetTop + 2 * row.offsetHeight - box.clientHeight;
    } else if (row.offsetTop < box.scrollTop + 2 * row.offsetHeight) {
      box.scrollTop = row.offsetTop - 2 * row.offsetHeight;
    }
  }

  #build(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#rows = drawing.rows.map((_, i) => this.#row(drawing, i));
    part("schedule").style.setProperty("--lanes", String(drawing.names.length));
    part("lane-names").replaceChildren(
      // A lane has no room for more than a letter or two.
      ...drawing.names.map((name, i) =>
        make("span", { class: colourOf(i), title: name }, name.length > 2 ? name[0] : name)
      ),
    );
    part("rows").replaceChildren(...this.#rows);
  }

  #row(drawing: Drawing, i: number): HTMLElement {
    const { thread, place, does, change } = drawing.rows[i];
    const row = make(
      "tr",
      // A narrow page lays the cells out anew, and they are a table's all the same.
      { class: colourOf(thread), role: "row" },
      make("th", { scope: "row", role: "rowheader" }, String(i + 1)),
      make("td", { class: "lanes", "aria-hidden": "true" }, lanesOf(drawing, i)),
      make("td", { class: "who", role: "cell" }, drawing.names[thread]),
      make(
        "td",
        { class: "does", role: "cell" },
        ...place === "" ? [] : [make("span", { class: "place" }, place), " "],
        make("code", {}, does),
      ),
      make("td", { class: "memory", role: "cell" }, make("code", {}, change)),
    );
    row.addEventListener("click", () => this.#onJump(i + 1));
    return row;
  }
}

/** All lanes in one row: how each thread is before and after, who acts, and whom that wakes. */
function lanesOf({ names, rows, moments }: Drawing, i: number): HTMLElement {
  const { thread, wakes } = rows[i];
  const [before, after] = [moments[i].threads, moments[i + 1].threads];
  const lanes = names.map((_, lane) => {
    const halves = [halfOf("upper", before[lane]), halfOf("lower", after[lane])];
    const dot = lane === thread ? [make("i", { class: "dot" })] : [];
    const woken = wakes.includes(lane) ? [make("i", { class: "woken" })] : [];
    return make("span", { class: `lane ${colourOf(lane)}` }, ...halves, ...dot, ...woken);
  });
  const bridges = wakes.map((woken) => {
    const [from, to] = [Math.min(thread, woken), Math.max(thread, woken)];
    const bridge = make("i", { class: "bridge" });
    bridge.style.setProperty("--from", String(from));
    bridge.style.setProperty("--length", String(to - from));
    return bridge;
  });
  return make("div", { class: "strip" }, ...lanes, ...bridges);
}

function halfOf(half: string, { is, inside }: Standing): HTMLElement {
  return make("i", { class: `half ${half} ${is} ${inside.length > 0 ? "inside" : ""}` });
}
