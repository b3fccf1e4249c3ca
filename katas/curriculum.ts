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
  /** Whether all of it needs `-P`. */
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
    needsPermission: false,
  },
  {
    slug: "daemons",
    title: "heartbeat and report writer: who keeps the program alive, who ends with it",
    part: "threads",
    buildsOn: ["threads"],
    level: 2,
    needsPermission: false,
  },
  {
    slug: "locks",
    title: "a hundred threads and one counter, now right",
    part: "threads",
    buildsOn: ["threads"],
    level: 2,
    needsPermission: false,
  },
  {
    slug: "semaphores",
    title: "three stalls, twenty people",
    part: "threads",
    buildsOn: ["locks"],
    level: 2,
    needsPermission: false,
  },
  {
    slug: "queues",
    title: "first come, last come, most urgent",
    part: "threads",
    buildsOn: [],
    level: 2,
    needsPermission: false,
  },
  {
    slug: "coroutines",
    title: "a cook and two eaters take turns, by yield and send",
    part: "coroutines",
    buildsOn: [],
    level: 2,
    needsPermission: false,
  },
];
