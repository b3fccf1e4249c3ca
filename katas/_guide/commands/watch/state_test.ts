import { assertEquals } from "@std/assert";
import { runOf } from "../../testing.ts";
import {
  type Effect,
  isGreen,
  step,
  type WatchEvent,
  watchStart,
  type WatchState,
} from "./state.ts";

const green = runOf({ verdict: "passed" });
const red = runOf({ verdict: "failed" });

/** What follows from these events, and the effects of the last one. */
function after(
  events: readonly (WatchEvent | string)[],
  { hasKeys = true } = {},
): { state: WatchState; effects: Effect[] } {
  let state = watchStart("locks", hasKeys);
  let effects: Effect[] = [];
  for (const event of events) {
    const known: WatchEvent = typeof event === "string" ? { type: "key", key: event } : event;
    [state, ...effects] = step(state, known);
  }
  return { state, effects };
}

const saved: WatchEvent = { type: "saved" };
const judged = (judging: number, run = red): WatchEvent => ({ type: "judged", judging, run });
const atRed = [saved, judged(1)];
const atGreen = [saved, judged(1, green)];

Deno.test("step() judges at every save, and each judgement has its number", () => {
  assertEquals(after([saved]).effects, [{ type: "judge", judging: 1 }]);
  const { state, effects } = after([saved, saved]);
  assertEquals(effects, [{ type: "judge", judging: 2 }]);
  assertEquals(state.isJudging, true);
});

Deno.test("step() does not believe a judgement of an older save", () => {
  const late = after([saved, saved, judged(1, green)]);
  assertEquals([late.state.isJudging, late.state.run], [true, null]);
  assertEquals(after([saved, saved, judged(1, green), judged(2)]).state.run, red);
  const broken: WatchEvent = { type: "broken", judging: 1, reason: "No file" };
  assertEquals(after([saved, saved, broken]).state.problem, "");
});

Deno.test("step() stays at green until a key is pressed", () => {
  const { state, effects } = after(atGreen);
  assertEquals([isGreen(state), effects], [true, []]);
});

Deno.test("step() ends at green where there are no keys", () => {
  assertEquals(after(atGreen, { hasKeys: false }).effects, [{ type: "quit" }]);
  assertEquals(after(atRed, { hasKeys: false }).effects, []);
});

Deno.test("step() shows one more hint at each h, and the last one again", () => {
  for (const [presses, level] of [["h", 1], ["hh", 2], ["hhh", 3], ["hhhh", 3]] as const) {
    const { effects } = after([...atRed, ...presses]);
    assertEquals(effects, [{ type: "load", what: "hint", level }]);
  }
});

Deno.test("step() shows a text until another key or the next judgement", () => {
  const text: WatchEvent = { type: "loaded", text: "the board" };
  const { state } = after([...atRed, "l", text]);
  assertEquals([state.panel, state.text], ["text", "the board"]);
  assertEquals(after([...atRed, "l", text, " "]).state.panel, "first");
  assertEquals(after([...atRed, "l", text, saved]).state.panel, "text");
  assertEquals(after([...atRed, "l", text, saved, judged(2)]).state.panel, "first");
});

Deno.test("step() shows all failures, and stays so over saves, until a again", () => {
  assertEquals(after([...atRed, "a", saved, judged(2)]).state.panel, "all");
  assertEquals(after([...atRed, "a", "a"]).state.panel, "first");
});

Deno.test("step() goes on and compares only at green", () => {
  assertEquals(after([...atGreen, "n"]).effects, [{ type: "next" }]);
  assertEquals(after([...atGreen, "c"]).effects, [{ type: "load", what: "compare" }]);
  for (const key of ["n", "c"]) {
    const { state, effects } = after([...atRed, key]);
    assertEquals(effects, []);
    assertEquals(state.notice.startsWith(`${key} `), true);
    assertEquals(after([...atRed, key, "a"]).state.notice, "");
  }
});

Deno.test("step() opens the next kata afresh, and its judgements go on counting", () => {
  const opened: WatchEvent = { type: "opened", slug: "queues" };
  const { state, effects } = after([...atGreen, "n", opened]);
  assertEquals([state.slug, state.run, state.hints], ["queues", null, 0]);
  assertEquals(effects, [{ type: "judge", judging: 2 }]);
  assertEquals(after([...atGreen, "n", opened, judged(1, green)]).state.run, null);
  const none = after([...atGreen, "n", { type: "opened", slug: null }]);
  assertEquals([none.state.notice, none.effects], ["All katas are done.", []]);
});

Deno.test("step() resets only after a y", () => {
  assertEquals(after([...atRed, "r"]).effects, []);
  assertEquals(after([...atRed, "r", "y"]).effects, [{ type: "reset" }]);
  for (const key of ["n", "q", " "]) {
    const { state, effects } = after([...atRed, "r", key]);
    assertEquals([state.notice, effects], ["Nothing was reset.", []]);
  }
  assertEquals(after([...atRed, "r", saved]).state.isAsking, false);
});

Deno.test("step() is away while the editor is open", () => {
  const { state, effects } = after([...atRed, "e"]);
  assertEquals([state.isAway, effects], [true, [{ type: "edit" }]]);
  const back = after([...atRed, "e", saved, judged(2), { type: "back", notice: "No editor" }]);
  assertEquals([back.state.isAway, back.state.notice], [false, "No editor"]);
});

Deno.test("step() quits at q, also while a judgement runs", () => {
  assertEquals(after([saved, "q"]).effects, [{ type: "quit" }]);
});

Deno.test("step() turns the pages of what is long, and comes back after the last", () => {
  const text: WatchEvent = { type: "loaded", text: "the difference" };
  const space: WatchEvent = { type: "key", key: " ", pages: 3 };
  const pageAfter = (...events: (WatchEvent | string)[]) => {
    const { panel, page } = after([...atRed, ...events]).state;
    return [panel, page];
  };
  assertEquals(pageAfter("l", text, space), ["text", 1]);
  assertEquals(pageAfter("l", text, space, space), ["text", 2]);
  assertEquals(pageAfter("l", text, space, space, space), ["first", 0]);
  assertEquals(pageAfter("l", text, space, "x"), ["first", 0]);
  assertEquals(pageAfter("l", text, space, "h", text), ["text", 0]);
  assertEquals(pageAfter("a", space), ["all", 1]);
  assertEquals(pageAfter("a", space, saved, judged(2)), ["all", 0]);
});
