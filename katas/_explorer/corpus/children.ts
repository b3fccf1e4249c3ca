/** Programs whose threads start other threads. */
import type { Program } from "../mod.ts";
import { check, load, memory, type Sample, type Shared, store } from "./parts.ts";

/** A thread that hands plain data to the one that it starts, and takes plain data back. */
export const handedOver: Sample = {
  shared: memory(2),
  children: ["child"],
  threads: {
    parent({ m }, thread) {
      m[0] = 6;
      thread.start("child");
      thread.join("child");
      check(m[1] === 7, "the child has answered");
    },
    child({ m }) {
      m[1] = m[0] + 1;
    },
  },
  outcome: ({ m }) => m[1],
};

/** It does not wait for the answer. */
export const notJoined: Sample = {
  ...handedOver,
  threads: {
    ...(handedOver.threads as Record<string, Program<Shared>["run"] & object>),
    parent({ m }, thread) {
      m[0] = 6;
      thread.start("child");
      return m[1];
    },
  },
};

/** Each thread starts the next one; the last one counts what they did. */
export const chain: Sample = {
  shared: memory(1),
  children: ["second", "third"],
  threads: {
    first({ m }, thread) {
      thread.start("second");
      Atomics.add(m, 0, 1);
    },
    second({ m }, thread) {
      thread.start("third");
      Atomics.add(m, 0, 1);
      thread.join("third");
    },
    third: ({ m }) => Atomics.add(m, 0, 1),
  },
  after: ({ m }) => check(load(m, 0) === 3, "all three have counted"),
  outcome: ({ m }) => m[0],
};

/** The two join each other. */
export const joinEachOther: Sample = {
  shared: memory(2),
  children: ["left", "right"],
  threads: {
    main(_, thread) {
      thread.start("left");
      thread.start("right");
    },
    left: (_, thread) => thread.join("right"),
    right: (_, thread) => thread.join("left"),
  },
};

/** A child that is started only if the parent was fast; nobody misses it else. */
export const maybeStarted: Sample = {
  shared: memory(2),
  children: ["child"],
  threads: {
    parent({ m }, thread) {
      if (load(m, 0) === 0) thread.start("child");
    },
    other: ({ m }) => store(m, 0, 1),
    child: ({ m }) => store(m, 1, 1),
  },
  outcome: ({ m }) => m[1],
  reachable: [0, 1],
};

/** The parent waits for a child that spins until the parent has gone on. */
export const spinningChild: Sample = {
  shared: memory(1),
  children: ["child"],
  threads: {
    parent({ m }, thread) {
      thread.start("child");
      thread.join("child");
      store(m, 0, 1);
    },
    child({ m }) {
      while (load(m, 0) === 0);
    },
  },
};

/** Two threads start the same child. */
export const startedTwice: Sample = {
  shared: memory(1),
  children: ["child"],
  threads: {
    A: (_, thread) => thread.start("child"),
    B: (_, thread) => thread.start("child"),
    child: () => {},
  },
};

/** It waits for a thread that was never started. */
export const joinedTooEarly: Sample = {
  shared: memory(1),
  children: ["child"],
  threads: { parent: (_, thread) => thread.join("child"), child: () => {} },
};
