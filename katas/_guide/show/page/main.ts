/// <reference lib="dom" />
/** The page: shows a scene, takes keys and clicks, and asks the server where a choice leads. */
import { make, part } from "#page/dom.ts";
import {
  after,
  type Deed,
  deedOf,
  faultOf,
  type Game,
  lastStep,
  lineOf,
  newGame,
  outcomeOf,
} from "#page/game.ts";
import { ScheduleView } from "#page/schedule_view.ts";
import { SourceView } from "#page/source_view.ts";
import { drawMemory, drawThreads } from "#page/threads_view.ts";
import type { Question } from "../../../_kit/stage/protocol.ts";
import type { Scene } from "../scene.ts";
import type { News, PageData, Reply } from "../news.ts";

const source = new SourceView();
const schedule = new ScheduleView((at) => act({ do: "jump", at }));
let scene: Scene;
let game: Game | null = null;

function show(next: Scene): void {
  scene = next;
  document.title = `${scene.kata}: ${scene.test}`;
  document.body.dataset.verdict = scene.passed ? "green" : "red";
  part("verdict").textContent = scene.passed ? "green" : "red";
  part("kata").textContent = scene.kata;
  part("test").textContent = scene.test;
  part("says").replaceChildren(...scene.says.map((line) => make("p", {}, line)));
  part("command").textContent = scene.command;
  part("again").hidden = scene.command === "";
  part("goal").textContent = scene.canPlay ? `${scene.goal}.` : "";
  part("drawn").hidden = scene.drawing === null;
  part("hints").hidden = part("help").hidden = part("anew").hidden = !scene.canPlay;
  source.reset(scene.sources);
  game = scene.drawing && newGame(scene.drawing);
  if (location.hash === "#play" && scene.canPlay && scene.drawing) void ask({ draw: "" });
  draw();
}

function draw(): void {
  if (!game) return;
  source.mark(game);
  schedule.draw(game);
  drawThreads(game, scene.canPlay, act);
  drawMemory(game);
  const { drawing, at } = game;
  const outcome = outcomeOf(game);
  part("line").textContent = lineOf(game);
  part("step").textContent = lastStep(game);
  part("outcome").textContent = outcome;
  part("outcome").className = faultOf(game) ? "broken" : "";
  part("notice").textContent = game.notice;
  part("diagnosis").textContent = drawing.diagnosis;
  const slider = part("slider") as HTMLInputElement;
  slider.max = String(drawing.rows.length);
  slider.value = String(at);
}

function act(deed: Deed): void {
  if (!game) return;
  const isChoice = deed.do === "step" || deed.do === "happen" || deed.do === "help";
  if (isChoice && !scene.canPlay) return;
  const next = after(game, deed);
  game = next.game;
  draw();
  if (next.ask) void ask(next.ask);
}

async function ask(question: Question): Promise<void> {
  const asked = scene;
  const reply = await replyTo(question);
  // The file was saved meanwhile: what was asked is of the past.
  if (asked !== scene) return;
  if ("refused" in reply) return act({ do: "refused", reason: reply.refused });
  source.add(reply.sources);
  act({ do: "draw" in question ? "moved" : "helped", drawing: reply.drawing });
}

async function replyTo(question: Question): Promise<Reply> {
  try {
    const response = await fetch("/ask", { method: "POST", body: JSON.stringify(question) });
    return await response.json();
  } catch {
    return { refused: "The command that has opened this page has ended." };
  }
}

function hear(news: News): void {
  part("judging").hidden = !("judging" in news);
  if ("scene" in news) show(news.scene);
  if ("problem" in news) part("says").replaceChildren(make("p", {}, news.problem));
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || target.id === "slider") return;
  const deed = deedOf(event.key);
  if (!deed) return;
  event.preventDefault();
  act(deed);
});
for (const name of ["first", "back", "forward", "last", "help"] as const) {
  part(name).addEventListener("click", () => act({ do: name }));
}
part("anew").addEventListener("click", () => void ask({ draw: "" }));
part("slider").addEventListener("input", (event) => {
  act({ do: "jump", at: Number((event.target as HTMLInputElement).value) });
});

const data: PageData = JSON.parse(part("data").textContent!);
show(data.scene);
if (data.isServed) {
  const events = new EventSource(`/news?edition=${data.scene.edition}`);
  events.onmessage = ({ data }) => hear(JSON.parse(data));
  events.onerror = () => part("gone").hidden = false;
  events.onopen = () => part("gone").hidden = true;
}
