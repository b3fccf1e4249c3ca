/** The game as a terminal shows it. */
import type { Row, Standing } from "../../_explorer/stage/drawing.ts";
import type { Screen } from "../terminal/screen.ts";
import { padded, wrapped } from "../text/text.ts";
import {
  eventsOf,
  faultOf,
  type Game,
  keyOf,
  lastStep,
  lineOf,
  momentOf,
  moveOf,
  outcomeOf,
} from "./page/game.ts";
import type { Scene } from "./scene.ts";

/** What is shown of a game. */
export function playText(scene: Scene, game: Game, screen: Screen): string {
  const parts = [
    headText(scene, screen),
    rowsText(game, screen),
    threadsText(scene, game, screen),
    memoryText(game, screen),
    wordsText(game, screen),
    keysText(screen),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function headText({ kata, test, goal }: Scene, { colours, width }: Screen): string {
  const call = goal.startsWith("No") ? "Try to break it" : "Break it";
  return `${colours.bold(wrapped(`${kata}: ${test}`, width))}\n${
    wrapped(`${call}. ${goal}.`, width)
  }`;
}

/** So many rows are left to what is not the schedule. */
const others = 18;

function rowsText({ drawing, at }: Game, screen: Screen): string {
  const { names, rows } = drawing;
  const done = rows.slice(0, at);
  const most = Math.max(4, screen.height - others - names.length * 2);
  const first = screen.live ? Math.max(0, done.length - most) : 0;
  const name = Math.max(...names.map((name) => name.length));
  const what = Math.max(0, ...done.map((row) => rowText(row).length));
  return done.slice(first).map((row, i) => {
    const number = String(first + i + 1).padStart(3);
    const who = padded(names[row.thread], name);
    return `${number}  ${who}  ${padded(rowText(row), what)}  ${row.change}`.trimEnd();
  }).join("\n");
}

function rowText({ place, does }: Row): string {
  return `${place} ${does}`.trim();
}

function threadsText(scene: Scene, game: Game, { colours }: Screen): string {
  const { names } = game.drawing;
  const threads = momentOf(game).threads.flatMap((standing, thread) => {
    const canStep = moveOf(game, thread) !== undefined;
    const key = canStep ? keyOf(thread) : " ";
    const line = ` ${key}  ${names[thread]}  ${standingText(standing)}`.trimEnd();
    const code = codeAt(scene, standing);
    return [
      canStep ? colours.bold(line) : colours.dim(line),
      ...code ? [colours.dim(`      ${code}`)] : [],
    ];
  });
  const events = eventsOf(game).map(({ thread, does }, event) =>
    colours.bold(` ${event + 1}  ${names[thread]}: ${does}`)
  );
  return [...threads, ...events].join("\n");
}

const words: Record<Standing["is"], string> = {
  unborn: "has not begun",
  ready: "",
  asleep: "sleeps in ",
  waiting: "waits: ",
  notified: "was woken in ",
  spinning: "goes round and round: ",
  ended: "has ended",
  broken: "has thrown an error",
};

function standingText({ is, place, next, inside }: Standing): string {
  const where = inside.length > 0 ? `  (inside ${inside.join(", ")})` : "";
  return `${words[is]}${place} ${next}`.trimEnd() + where;
}

/** The line of source that the thread is at. */
function codeAt({ sources, file }: Scene, { calls }: Standing): string {
  const place = calls.find((call) => call.file === file) ?? calls[0];
  const lines = sources.find(({ path }) => path === place?.file)?.lines;
  return (lines?.[place.line - 1] ?? []).map(([, text]) => text).join("").trim();
}

function memoryText({ drawing, at }: Game, { width }: Screen): string {
  const values = drawing.moments[at].memory.map((value, i) => `${drawing.cells[i]} = ${value}`);
  return values.length === 0 ? "" : wrapped(`memory  ${values.join("   ")}`, width, "        ");
}

function wordsText(game: Game, { colours, width }: Screen): string {
  const fault = faultOf(game);
  const outcome = wrapped(outcomeOf(game), width);
  return [
    fault ? colours.bold(colours.red(outcome)) : outcome,
    ...(fault ?? []).slice(1),
    fault ? wrapped(game.drawing.diagnosis, width) : lastStep(game),
    fault ? `The schedule: '${lineOf(game)}'` : "",
    colours.yellow(wrapped(game.notice, width)),
  ].filter((line) => line !== "").join("\n");
}

const keys = [
  ["A B C", "take a step"],
  ["1 2 3", "let something else happen"],
  ["U", "undo"],
  ["N", "again"],
  ["S", "show me"],
  ["0", "from the start"],
  ["Q", "quit"],
];

function keysText({ colours, width }: Screen): string {
  // A key and what it does stay on one line.
  const shown = keys.map(([key, does]) => `${colours.bold(key)} ${does}`.replaceAll(" ", "\u00a0"));
  return wrapped(shown.join("   "), width);
}
