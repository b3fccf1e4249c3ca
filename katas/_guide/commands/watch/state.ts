/** What `watch` does when something happens: a state machine that touches nothing. */
import type { Run } from "../../progress/judging.ts";
import { hintCount } from "../lesson.ts";

/** All that `watch` knows. */
export interface WatchState {
  slug: string;
  /** Whether somebody can press keys. Without, watching ends at green. */
  hasKeys: boolean;
  /** The number of the judgement that counts; what older ones say comes too late. */
  judging: number;
  isJudging: boolean;
  /** The last judgement that came to its end. */
  run: Run | null;
  panel: Panel;
  /** What is shown in the place of the report, when the panel is `text`. */
  text: string;
  /** The page of the panel, from 0. What is too long for the terminal has several. */
  page: number;
  /** How many hints were shown. */
  hints: number;
  /** Whether the learner is asked for a reset. */
  isAsking: boolean;
  /** Whether the learner is in an editor that has the terminal. */
  isAway: boolean;
  /** Why the last judgement could not be made. */
  problem: string;
  /** A sentence below everything else, until a key is pressed. */
  notice: string;
}

/** What is shown: the first failure, all of them, or a text. */
export type Panel = "first" | "all" | "text";

/** What happens. */
export type WatchEvent =
  | { type: "saved" }
  | { type: "judged"; judging: number; run: Run }
  | { type: "broken"; judging: number; reason: string }
  /** `pages`: how many the panel has. */
  | { type: "key"; key: string; pages?: number }
  | { type: "loaded"; text: string }
  | { type: "back"; notice: string }
  | { type: "opened"; slug: string | null };

/** What is to be done then. */
export type Effect =
  /** Judge, and kill the judgement that runs. */
  | { type: "judge"; judging: number }
  | { type: "load"; what: "board" | "compare" }
  | { type: "load"; what: "hint"; level: number }
  | { type: "edit" }
  | { type: "reset" }
  | { type: "next" }
  | { type: "quit" };

/** A state and what is to be done. */
export type Step = [state: WatchState, ...effects: Effect[]];

/** Where watching a kata begins; the first event is `saved`. */
export function watchStart(slug: string, hasKeys: boolean): WatchState {
  return {
    slug,
    hasKeys,
    judging: 0,
    isJudging: false,
    run: null,
    panel: "first",
    text: "",
    page: 0,
    hints: 0,
    isAsking: false,
    isAway: false,
    problem: "",
    notice: "",
  };
}

/** Whether the last judgement was green. */
export function isGreen({ run }: WatchState): boolean {
  return run?.judgement.verdict === "passed";
}

/** What follows when something happens. */
export function step(state: WatchState, event: WatchEvent): Step {
  switch (event.type) {
    case "saved":
      return judgeAgain(state);
    case "judged":
      return event.judging === state.judging ? judged(state, event.run) : [state];
    case "broken":
      if (event.judging !== state.judging) return [state];
      return [{ ...state, isJudging: false, run: null, problem: event.reason }];
    case "key":
      return state.isAsking ? answered(state, event.key) : pressed(state, event);
    case "loaded":
      return [{ ...state, panel: "text", text: event.text, page: 0, notice: "" }];
    case "back":
      return [{ ...state, isAway: false, notice: event.notice }];
    case "opened":
      if (event.slug === null) return [{ ...state, notice: "All katas are done." }];
      return judgeAgain({
        ...watchStart(event.slug, state.hasKeys),
        judging: state.judging,
      });
  }
}

function judgeAgain(state: WatchState): Step {
  const judging = state.judging + 1;
  return [
    { ...state, judging, isJudging: true, isAsking: false, problem: "" },
    { type: "judge", judging },
  ];
}

function judged(state: WatchState, run: Run): Step {
  const panel = state.panel === "text" ? "first" : state.panel;
  const next: WatchState = { ...state, isJudging: false, run, panel, page: 0 };
  return isGreen(next) && !state.hasKeys ? [next, { type: "quit" }] : [next];
}

function pressed(state: WatchState, { key, pages = 1 }: WatchEvent & { type: "key" }): Step {
  const quiet = { ...state, notice: "" };
  switch (key) {
    case "h": {
      const level = Math.min(state.hints + 1, hintCount);
      return [{ ...quiet, hints: level }, { type: "load", what: "hint", level }];
    }
    case "l":
      return [quiet, { type: "load", what: "board" }];
    case "a":
      return [{ ...quiet, panel: state.panel === "all" ? "first" : "all", page: 0 }];
    case "c":
      if (isGreen(state)) return [quiet, { type: "load", what: "compare" }];
      return [{ ...state, notice: "c shows the reference: it works when this kata is green." }];
    case "n":
      if (isGreen(state)) return [quiet, { type: "next" }];
      return [{ ...state, notice: "n goes on to the next kata: it works when this one is green." }];
    case "e":
      return [{ ...quiet, isAway: true }, { type: "edit" }];
    case "r":
      return [{ ...quiet, isAsking: true }];
    case "q":
      return [quiet, { type: "quit" }];
    case " ":
      if (state.page + 1 < pages) return [{ ...quiet, page: state.page + 1 }];
      return [{ ...quiet, panel: "first", page: 0 }];
    default:
      return [{ ...quiet, panel: state.panel === "text" ? "first" : state.panel, page: 0 }];
  }
}

function answered(state: WatchState, key: string): Step {
  const calm = { ...state, isAsking: false };
  return key === "y" ? [calm, { type: "reset" }] : [{ ...calm, notice: "Nothing was reset." }];
}
