/// <reference lib="dom" />
/** What each thread does next, as a button for who may choose; and what memory holds. */
import { colourOf, make, part } from "#page/dom.ts";
import { type Deed, eventsOf, type Game, keyOf, momentOf, moveOf } from "#page/game.ts";
import type { Standing } from "../../../_explorer/stage/drawing.ts";

const words: Record<Standing["is"], string> = {
  unborn: "has not begun",
  ready: "",
  asleep: "sleeps",
  waiting: "waits",
  notified: "was woken",
  spinning: "goes round and round",
  ended: "has ended",
  broken: "has thrown",
};

/** Draws the threads; each that can go on is a button if somebody may choose. */
export function drawThreads(game: Game, canPlay: boolean, act: (deed: Deed) => void): void {
  const focused = document.activeElement?.id;
  const items = momentOf(game).threads.map((standing, thread) => {
    const text = [words[standing.is], standing.next].filter((word) => word !== "").join(": ");
    const inside = standing.inside.length > 0 ? ` (inside ${standing.inside.join(", ")})` : "";
    const name = make("b", { class: `mark ${colourOf(thread)}` }, game.drawing.names[thread]);
    const does = make("span", {}, make("code", {}, text), inside);
    if (!canPlay) return make("li", { class: standing.is }, make("p", {}, name, does));
    const canStep = moveOf(game, thread) !== undefined;
    const step = button(keyOf(thread), canStep, () => act({ do: "step", thread }), name, does);
    return make("li", { class: standing.is }, step);
  });
  const events = canPlay ? eventsOf(game) : [];
  const more = events.map(({ thread, does }, event) => {
    const text = `${game.drawing.names[thread]}: ${does}`;
    return make("li", {}, button(`${event + 1}`, true, () => act({ do: "happen", event }), text));
  });
  part("threads").replaceChildren(...items, ...more);
  // The button that was pressed is a new one now.
  if (focused) document.getElementById(focused)?.focus();
}

function button(
  key: string,
  canBe: boolean,
  press: () => void,
  ...label: (Node | string)[]
): HTMLElement {
  const button = make(
    "button",
    {
      type: "button",
      id: `step-${key}`,
      "aria-keyshortcuts": key,
      // A button that is only said to be disabled keeps the keyboard's focus.
      "aria-disabled": String(!canBe),
    },
    make("kbd", {}, key),
    ...label,
  );
  button.addEventListener("click", press);
  return button;
}

/** Draws what each cell holds, and which have changed with the last step. */
export function drawMemory(game: Game): void {
  const { drawing, at } = game;
  const now = momentOf(game).memory;
  const before = drawing.moments[Math.max(0, at - 1)].memory;
  const cells = drawing.cells.map((label, i) => {
    const hasChanged = now[i] !== before[i];
    const value = hasChanged
      ? [make("del", {}, before[i]), " ", make("ins", {}, now[i])]
      : [now[i]];
    return make(
      "div",
      { class: hasChanged ? "changed" : "" },
      make("dt", {}, label),
      make("dd", {}, ...value),
    );
  });
  part("cells").replaceChildren(...cells);
}
