/**
 * Looking at a schedule step by step, and choosing who goes on instead: what is shown, and what follows from
 * what somebody does. The page and the terminal are two faces of it.
 */
import type { Drawing, Moment, Move } from "../../../_explorer/stage/drawing.ts";
import type { Question } from "../../../_kit/stage/protocol.ts";

/** A schedule, and how many of its steps are done. */
export interface Game {
  drawing: Drawing;
  at: number;
  /** Whether a question is not answered yet. */
  waits: boolean;
  /** What there is to say about the last deed. */
  notice: string;
}

/** What somebody does, or is answered. */
export type Deed =
  | { do: "forward" | "back" | "first" | "last" | "help" }
  | { do: "jump"; at: number }
  | { do: "step"; thread: number }
  | { do: "happen"; event: number }
  | { do: "moved"; drawing: Drawing }
  | { do: "helped"; drawing: Drawing }
  | { do: "refused"; reason: string };

/** What is shown next, and what the stage is to be asked. */
export interface Next {
  game: Game;
  ask?: Question;
}

/** The game at the beginning of a schedule. */
export function newGame(drawing: Drawing, at = 0): Game {
  return { drawing, at, waits: false, notice: "" };
}

/** What follows from a deed. */
export function after(game: Game, deed: Deed): Next {
  const { drawing, at } = game;
  const jump = (to: number): Next => ({
    game: { ...game, at: Math.max(0, Math.min(drawing.rows.length, to)), notice: "" },
  });
  switch (deed.do) {
    case "forward":
      return jump(at + 1);
    case "back":
      return jump(at - 1);
    case "first":
      return jump(0);
    case "last":
      return jump(drawing.rows.length);
    case "jump":
      return jump(deed.at);
    case "step":
      if (game.waits) return { game };
      return choose(game, moveOf(game, deed.thread), () => whyNot(game, deed.thread));
    case "happen":
      if (game.waits) return { game };
      return choose(game, eventsOf(game)[deed.event], () => "Nothing of that number can happen.");
    case "help":
      return game.waits ? { game } : help(game);
    case "moved":
      return { game: newGame(deed.drawing, deed.drawing.rows.length) };
    case "helped": {
      const left = deed.drawing.rows.length - at;
      const notice = `The shortest way from here has ${left} ${left === 1 ? "step" : "steps"}: ` +
        "go forward to walk it.";
      return { game: { ...newGame(deed.drawing, at), notice } };
    }
    case "refused":
      return { game: { ...game, waits: false, notice: deed.reason } };
  }
}

function choose(game: Game, move: Move | undefined, whyNot: () => string): Next {
  const { drawing, at } = game;
  if (!move) return { game: { ...game, notice: whyNot() } };
  if (drawing.rows[at]?.turn === move.turn) return after(game, { do: "forward" });
  return {
    game: { ...game, waits: true, notice: "" },
    ask: { draw: `${lineOf(game)} ${move.turn}`.trim() },
  };
}

function help(game: Game): Next {
  if (faultOf(game)) return { game: { ...game, notice: "It is broken already: go back first." } };
  return {
    game: { ...game, waits: true, notice: "Searching every schedule from here." },
    ask: { fail: lineOf(game) },
  };
}

/** The schedule up to here, as `--schedule` takes it: `A:l B:ls`. */
export function lineOf({ drawing, at }: Game): string {
  const turns = drawing.rows.slice(0, at).map(({ turn }) => turn.split(":"));
  const parts = turns.map(([name, letter], i) =>
    name === turns[i - 1]?.[0] ? letter : ` ${name}:${letter}`
  );
  return parts.join("").trim();
}

/** How everything is at this moment. */
export function momentOf({ drawing, at }: Game): Moment {
  return drawing.moments[at];
}

/** The thread's next step, if it can take one. */
export function moveOf(game: Game, thread: number): Move | undefined {
  return momentOf(game).moves.find((move) => move.thread === thread && !move.isEvent);
}

/** What can happen to threads: their time is up, or they are woken for no reason. */
export function eventsOf(game: Game): Move[] {
  return momentOf(game).moves.filter(({ isEvent }) => isEvent);
}

/** What is wrong at this moment. */
export function faultOf({ drawing, at }: Game): string[] | null {
  return at === drawing.rows.length ? drawing.fault : null;
}

/** What there is to say of this moment. */
export function outcomeOf(game: Game): string {
  const fault = faultOf(game);
  if (fault) return `Broken: ${fault[0]}`;
  const isOver = momentOf(game).moves.length === 0;
  return isOver ? "It is over, and nothing is wrong: go back, and let another thread go on." : "";
}

function whyNot(game: Game, thread: number): string {
  const { names } = game.drawing;
  if (thread >= names.length) return "";
  if (faultOf(game)) return "It is broken: nobody goes on from here.";
  const { is } = momentOf(game).threads[thread];
  const reasons: Record<string, string> = {
    unborn: "has not begun",
    asleep: "sleeps, and nobody has woken it",
    waiting: "waits for another thread",
    ended: "has ended",
    broken: "has thrown an error",
  };
  return `${names[thread]} ${reasons[is] ?? "has to wait for a step that is one with another"}.`;
}

/** Which row tells what was done last, in words: for a status line, and for those who listen. */
export function lastStep({ drawing, at }: Game): string {
  const { rows, names } = drawing;
  if (rows.length === 0) return "No step is taken yet";
  if (at === 0) return `Before the first of ${rows.length} steps`;
  const { thread, place, does, change } = rows[at - 1];
  const what = [place, does].filter((text) => text !== "").join(" ");
  return `Step ${at} of ${rows.length}: ${names[thread]} ${what}${change && `; ${change}`}`;
}

/** What a key does: letters are threads, numbers what may happen to them. */
export function deedOf(key: string): Deed | null {
  const fixed = keys[key.length === 1 ? key.toLowerCase() : key];
  if (fixed) return { do: fixed };
  if (/^[a-h]$/i.test(key)) {
    return { do: "step", thread: key.toLowerCase().charCodeAt(0) - 97 };
  }
  if (/^[1-8]$/.test(key)) return { do: "happen", event: Number(key) - 1 };
  return null;
}

const keys: Record<string, "forward" | "back" | "first" | "last" | "help" | undefined> = {
  ArrowRight: "forward",
  n: "forward",
  ArrowLeft: "back",
  Backspace: "back",
  u: "back",
  Home: "first",
  "0": "first",
  End: "last",
  "9": "last",
  s: "help",
};

/** The letter of a thread's key. */
export function keyOf(thread: number): string {
  return String.fromCharCode(65 + thread);
}
