/** The board of a pool: what is written there, and every schedule of the pool and two of its threads. */
import { assert, assertEquals } from "@std/assert";
import { cells, everySchedule } from "../../katas/_explorer/mod.ts";
import { probed } from "../../katas/_explorer/probes/load.ts";
import { isAllowed, probedTest } from "../../katas/_explorer/probes/testing.ts";

const { Board, placeBytes } = isAllowed
  ? await probed<typeof import("./board.ts")>(import.meta.resolve("./board.ts"))
  : await import("./board.ts");

Deno.test("what is small and plain is written on a board, and all else has to be sent", () => {
  const board = new Board(1);
  for (const value of [undefined, null, 0, 1e300, "", "ä\ud800", [], { a: [true] }, [["f", 1]]]) {
    const place = board.put(value);
    assert(!board.isToBeSent(place), `${JSON.stringify(value)} has to be sent`);
    assertEquals(board.read(place), value);
  }
  const twice = {};
  const others = [-0, NaN, 1n, [undefined], new Date(0), [twice, twice], new Uint8Array(1)];
  const long = ["x".repeat(300), Array(200).fill(1), Array(300).fill(1)];
  for (const value of [...others, ...long, () => {}]) {
    assert(board.isToBeSent(board.put(value)), `${String(value)} is written`);
  }
});

Deno.test("a board has places for all its workers and more, and its numbers go round", () => {
  const board = new Board(100);
  const tell = () => {};
  for (let round = 0; round < 100; round++) {
    let count = 0;
    while (board.hasRoom) board.put(count++);
    assert(count > 100, `${count} places`);
    for (let i = 0; i < count; i++) {
      const place = board.take(tell)!;
      assertEquals(board.read(place), i, "It is not the task that waits longest");
      board.finish(place, { value: 7 * i }, tell);
    }
    assertEquals(board.take(tell), undefined);
    for (let i = 0; i < count; i++) {
      const place = board.firstBack()!;
      assertEquals(board.read(place), 7 * i);
      board.collect();
    }
    assertEquals(board.firstBack(), undefined);
  }
});

interface Kitchen {
  memory: SharedArrayBuffer;
  bell: Int32Array<SharedArrayBuffer>;
}

/** A board with these tasks in its places. It is small: the explorer keeps all of it for each state. */
const kitchenWith = (...tasks: number[]) => (): Kitchen => {
  const board = new Board(new SharedArrayBuffer(4 * placeBytes));
  for (const task of tasks) board.put(task);
  return { memory: board.memory, bell: cells(1) };
};

/** Takes tasks until none waits, and rings when the pool has to be told. Returns what it has done. */
function cook({ memory, bell }: Kitchen): number[] {
  const board = new Board(memory);
  const ring = () => {
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  const done: number[] = [];
  for (let place; (place = board.take(ring)) !== undefined;) {
    const task = board.read(place) as number;
    done.push(task);
    board.finish(place, { value: task + 5 }, ring);
  }
  return done;
}

/** Collects until so many have come back, and sleeps until the bell rings. Returns what came out. */
function collect({ memory, bell }: Kitchen, many: number): unknown[] {
  const board = new Board(memory);
  const out: unknown[] = [];
  for (let heard = 0; out.length < many;) {
    Atomics.wait(bell, 0, heard);
    heard = Atomics.load(bell, 0);
    board.listen();
    for (let place; (place = board.firstBack()) !== undefined;) {
      out.push(board.read(place));
      board.collect();
    }
  }
  return out;
}

probedTest("each task is done by one thread, and the pool is told of all that comes back", () => {
  const proof = everySchedule({
    shared: kitchenWith(1, 2),
    threads: { pool: (kitchen) => collect(kitchen, 2), one: cook, two: cook },
    after: (_kitchen, [out, one, two]) => {
      assertEquals([...one as number[], ...two as number[]].sort(), [1, 2]);
      assertEquals((out as number[]).sort(), [6, 7]);
    },
    maxStates: 200_000,
  });
  assert(proof.complete, proof.sentence);
});

probedTest("a task is either taken back or done, and its place comes back", () => {
  const proof = everySchedule({
    shared: kitchenWith(1),
    threads: {
      pool: (kitchen) => {
        const isBack = new Board(kitchen.memory).takeBack(0);
        return [isBack, ...collect(kitchen, 1)];
      },
      one: cook,
      two: cook,
    },
    after: (_kitchen, [pool, one, two]) => {
      const [isBack, out] = pool as [boolean, unknown];
      assertEquals([...one as number[], ...two as number[]], isBack ? [] : [1]);
      assertEquals(out, isBack ? undefined : 6);
    },
  });
  assert(proof.complete, proof.sentence);
});
