import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawn, wayToFail } from "../../../_explorer/stage/stage.ts";
import { cells, type Program } from "../../../_explorer/mod.ts";
import {
  after,
  type Deed,
  deedOf,
  type Game,
  lastStep,
  lineOf,
  newGame,
  outcomeOf,
} from "./game.ts";

type Shared = { m: Int32Array<SharedArrayBuffer> };

/** A lock that looks first and takes later; `sleeper` waits for somebody who never comes. */
const program: Program<Shared> = {
  shared: () => ({ m: cells(1) }),
  threads: 2,
  run({ m }, thread) {
    if (Atomics.load(m, 0) !== 0) return;
    Atomics.store(m, 0, 1);
    thread.inside("the room", () => {});
  },
};

const sleeper: Program<Shared> = {
  shared: () => ({ m: cells(1) }),
  threads: {
    sleeper: ({ m }) => Atomics.wait(m, 0, 0, 10),
    other: ({ m }) => Atomics.load(m, 0),
  },
};

/** Plays: whatever the game asks, the explorer answers at once. */
function played<S>(of: Program<S>, game: Game, ...deeds: (Deed | string)[]): Game {
  for (const deed of deeds) {
    let next = after(game, typeof deed === "string" ? deedOf(deed)! : deed);
    for (; next.ask; next = after(next.game, answer(of, next.ask))) {
      assertEquals(next.game.waits, true);
    }
    game = next.game;
  }
  return game;
}

function answer<S>(of: Program<S>, ask: { draw: string } | { fail: string }): Deed {
  if ("draw" in ask) return { do: "moved", drawing: drawn(of, ask.draw) };
  const way = wayToFail(of, ask.fail);
  if ("none" in way) return { do: "refused", reason: way.none };
  return { do: "helped", drawing: drawn(of, way.schedule) };
}

const start = <S>(of: Program<S>) => newGame(drawn(of, ""));

Deno.test("after() goes step by step, and not beyond the ends", () => {
  const game = newGame(drawn(program, "A:l B:l A:s"));
  assertEquals(lastStep(start(program)), "No step is taken yet");
  assertEquals(lastStep(game), "Before the first of 3 steps");
  const at = (...keys: string[]) => played(program, game, ...keys).at;
  assertEquals(at("ArrowRight"), 1);
  assertEquals(at("n", "n", "u"), 1);
  assertEquals(at("ArrowLeft"), 0);
  assertEquals(at("End", "n"), 3);
  assertEquals(at("9", "0"), 0);
  assertEquals(played(program, game, { do: "jump", at: 2 }).at, 2);
  assertStringIncludes(lastStep(played(program, game, "End")), "Step 3 of 3: A ");
  assertStringIncludes(lastStep(played(program, game, "End")), "; m = 1");
});

Deno.test("after() lets a thread take the next step, until it is broken", () => {
  const game = played(program, start(program), "a", "B", "b", "b", "a");
  assertEquals(lineOf(game), "A:l B:lsi A:s");
  assertEquals(outcomeOf(game), "");
  const broken = played(program, game, "a");
  assertEquals(outcomeOf(broken), "Broken: Two threads were inside the room at once.");
  const more = played(program, broken, "b");
  assertEquals([more.at, more.notice], [6, "It is broken: nobody goes on from here."]);
});

Deno.test("after() takes another way where one was gone back", () => {
  const game = played(program, start(program), "a", "a", "a", "u", "u");
  assertEquals(played(program, game, "a").drawing.rows.length, 3, "The same way is only walked");
  const other = played(program, game, "b");
  assertEquals(lineOf(other), "A:l B:l");
  assertEquals(other.drawing.rows.length, 2);
});

Deno.test("after() shows the shortest way from here, or says that there is none", () => {
  const helped = played(program, start(program), "a", "s");
  assertEquals([helped.at, helped.drawing.rows.length], [1, 6]);
  assertStringIncludes(helped.notice, "has 5 steps");
  const lost = played(program, start(program), "a", "a", "b", "s");
  assertStringIncludes(lost.notice, "proved: ");
  assertEquals(lost.waits, false);
  const broken = played(program, newGame(helped.drawing, 6), "s");
  assertEquals(broken.notice, "It is broken already: go back first.");
});

Deno.test("after() says why a thread cannot go on, and lets its time be up", () => {
  const asleep = played(sleeper, start(sleeper), "a");
  assertEquals(asleep.drawing.moments[1].threads[0].is, "asleep");
  assertEquals(played(sleeper, asleep, "a").notice, "sleeper sleeps, and nobody has woken it.");
  const over = played(sleeper, asleep, "1");
  assertEquals(lineOf(over), "sleeper:z~");
  assertEquals(played(sleeper, over, "a").notice, "sleeper has ended.");
  const end = played(sleeper, over, "b");
  assertStringIncludes(outcomeOf(end), "It is over, and nothing is wrong");
  assertEquals(played(sleeper, end, "g").notice, "");
  assertEquals(played(sleeper, end, "2").notice, "Nothing of that number can happen.");
});

Deno.test("after() asks one question at a time", () => {
  const { game, ask } = after(start(program), deedOf("a")!);
  assertEquals(ask, { draw: "A:l" });
  assertEquals(after(game, deedOf("b")!), { game });
  assertEquals(after(game, deedOf("s")!), { game });
});

Deno.test("deedOf() knows no other keys", () => {
  for (const key of ["x", "Tab", "Enter", " ", "Shift"]) assertEquals(deedOf(key), null);
});
