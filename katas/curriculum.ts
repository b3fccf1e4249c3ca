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
    slug: "events",
    title: "a traffic light, and cars that wait for green",
    part: "threads",
    buildsOn: ["threads", "locks"],
    level: 2,
    steps: [
      "an event is set, and cleared",
      "who waits sleeps until it is set",
      "a set that is cleared at once",
      "a wait may have an end",
      "a light shows its colours in turn",
      "cars go on at green",
    ],
    needsPermission: false,
  },
  {
    slug: "conditions",
    title: "the kitchen hatch: one cook, two eaters, room for one dish",
    part: "threads",
    buildsOn: ["locks"],
    level: 3,
    steps: [
      "a condition is a lock with a place to wait",
      "who waits sleeps until somebody notifies",
      "a wait may have an end",
      "exactly as many as the notify says, of those who wait already",
      "waitFor looks, and waits, and looks again",
      "a lock of any depth, and several conditions for one lock",
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
    slug: "schedulers",
    title: "one reader, many books: how one processor runs many tasks",
    part: "coroutines",
    buildsOn: [],
    level: 2,
    steps: [
      "a task, and its place in the book",
      "each in turn",
      "who waits costs nothing",
      "switches cost, and a chart shows it all",
      "the most urgent first",
      "one at a time, and what comes of it",
    ],
    needsPermission: false,
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
    ],
    needsPermission: false,
  },
  {
    slug: "pipelines",
    title: "from the cook by the steamer to the eater, one bun at a time",
    part: "coroutines",
    buildsOn: ["coroutines"],
    level: 3,
    steps: [
      "broadcast: one value for many",
      "pipeline: from the source to the end",
      "pipeline: no error is hidden",
    ],
    needsPermission: false,
  },
  {
    slug: "greenlets",
    title: "12, 56, 34, 78: functions that switch to each other by name",
    part: "coroutines",
    buildsOn: ["coroutines"],
    level: 2,
    steps: [
      "a greenlet starts, and ends",
      "they switch to each other",
      "who ends hands its result to its parent",
      "an error is thrown in",
      "against the rules",
    ],
    needsPermission: false,
  },
  {
    slug: "gevents",
    title: "ten tasks of half a second: five seconds, or half a second",
    part: "coroutines",
    buildsOn: ["greenlets"],
    level: 3,
    steps: [
      "many tasks, one thread",
      "what has become of them",
      "stopped from outside",
      "no longer than that",
      "the bridge to promises",
      "together",
    ],
    needsPermission: false,
  },
];
