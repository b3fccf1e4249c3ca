/** One kata: what it is called and what it needs. */
export interface Kata {
  /** The name of its folder. */
  slug: string;
  /** The story in a few words. */
  title: string;
  /** The part of the collection. */
  part: "threads" | "processes" | "coroutines";
  /** The slugs of the katas that it builds on. */
  buildsOn: readonly string[];
  /** From 1, easy, to 3, hard. */
  level: 1 | 2 | 3;
  /**
   * What works after each step, in a few words. Step `n` is the tests of the suite whose names begin
   * with `[n]`, and a heading of the lesson's task.
   */
  steps: readonly string[];
  /** Whether most of its tests start Workers or programs, for which they need `-P`. */
  needsPermission: boolean;
}

/** All katas in the order in which to solve them. */
export const curriculum: readonly Kata[] = [
  {
    slug: "threads",
    title: "hi from numbered threads, in function style and in subclass style",
    part: "threads",
    buildsOn: [],
    level: 2,
    steps: [
      "a handle, before the start",
      "it does its work once, in another thread",
      "its end can be waited for",
      "every thread knows who it is",
      "its failure is its own",
    ],
    needsPermission: true,
  },
  {
    slug: "daemons",
    title: "heartbeat and report writer: who keeps the program alive, who ends with it",
    part: "threads",
    buildsOn: ["threads"],
    level: 2,
    steps: [
      "a flag is raised once, and waited for",
      "the program waits for one kind of thread, and not for the other",
      "callbacks are called last",
      "a service puts everything away before the end",
    ],
    needsPermission: true,
  },
  {
    slug: "locks",
    title: "a hundred threads and one counter, now right",
    part: "threads",
    buildsOn: ["threads"],
    level: 2,
    steps: [
      "who finds it free takes it",
      "who finds it held sleeps until the release",
      "a wait may have an end",
      "the owner of an RLock takes it again",
      "an RLock is waited for, and freed from any depth",
    ],
    needsPermission: false,
  },
  {
    slug: "semaphores",
    title: "three stalls, twenty people",
    part: "threads",
    buildsOn: ["locks"],
    level: 2,
    steps: [
      "a permit is taken and given back",
      "who finds no permit sleeps until a release",
      "many permits at once, and each wakes its sleeper",
      "a wait may have an end",
      "a bound that no release goes above",
      "the bound holds, whoever else releases",
    ],
    needsPermission: false,
  },
  {
    slug: "queues",
    title: "first come, last come, most urgent",
    part: "threads",
    buildsOn: [],
    level: 2,
    steps: [
      "first come, first served, without waiting",
      "put and get wait",
      "giving up",
      "the end of the work",
      "the most urgent first",
      "other stores, and everything in any order",
    ],
    needsPermission: false,
  },
  {
    slug: "thread_pools",
    title: "a pool of your own: thirty tasks on five threads",
    part: "threads",
    buildsOn: ["threads"],
    level: 3,
    steps: [
      "a future, and who waits for it",
      "many futures",
      "a task in another thread",
      "workers come and go",
      "one call for each item",
      "the end of a pool",
    ],
    needsPermission: true,
  },
  {
    slug: "parallelism",
    title: "counting primes and waiting for kettles: what runs at once, and where",
    part: "threads",
    buildsOn: ["locks", "thread_pools"],
    level: 2,
    steps: [
      "what runs at once: a prediction",
      "how much ran at once",
      "a map over shared numbers",
      "all cores, and errors",
    ],
    needsPermission: true,
  },
  {
    slug: "processes",
    title: "a list that the child cannot change: who is whose parent",
    part: "processes",
    buildsOn: ["threads"],
    level: 3,
    steps: [
      "a function runs in another process",
      "messages, and the wait for the end",
      "how a process ends",
      "who is who",
      "daemons, and the end of a program",
    ],
    needsPermission: true,
  },
  {
    slug: "process_pools",
    title: "five cooks, ten orders, a callback for each",
    part: "processes",
    buildsOn: ["processes"],
    level: 3,
    steps: [
      "a call in another process",
      "many tasks, a callback for each",
      "many items, every worker busy",
      "workers come and go",
      "results one by one",
      "the end of a pool",
    ],
    needsPermission: true,
  },
  {
    slug: "coroutines",
    title: "a cook and two eaters take turns, by yield and send",
    part: "coroutines",
    buildsOn: [],
    level: 2,
    steps: [
      "turns are taken by send",
      "a coroutine ends, or is closed",
      "errors are thrown in, and come out",
      "broadcast: one value for many",
      "pipeline: from the source to the end",
      "pipeline: no error is hidden",
    ],
    needsPermission: false,
  },
];
