/** Jobs that keep every core busy, the longest first. */

/** Something to do, in a process of its own. */
export interface Job {
  /** What it is called in the list of the slowest. */
  name: string;
  /** About how many seconds it takes. */
  cost: number;
  /** Does it. What it returns is done as well. */
  run(): Promise<readonly Job[] | void>;
}

/** How long a job took. */
export interface Timed {
  name: string;
  seconds: number;
}

/**
 * Jobs at once for each core. Most of them wait most of the time: for programs that start, or for what
 * never comes.
 */
const perCore = 4;

/**
 * Does all jobs, those that take longest first. When one throws, no further one is begun, and the error
 * is thrown when all that run have ended.
 */
export async function doAll(
  jobs: readonly Job[],
  atOnce: number = perCore * navigator.hardwareConcurrency,
): Promise<Timed[]> {
  const waiting = [...jobs];
  const running = new Set<Promise<void>>();
  const timed: Timed[] = [];
  const errors: unknown[] = [];
  const start = async (job: Job) => {
    const begin = performance.now();
    try {
      waiting.push(...await job.run() ?? []);
    } catch (error) {
      errors.push(error);
    }
    timed.push({ name: job.name, seconds: (performance.now() - begin) / 1_000 });
  };
  for (;;) {
    waiting.sort((a, b) => b.cost - a.cost);
    while (running.size < atOnce && waiting.length > 0 && errors.length === 0) {
      const job = start(waiting.shift()!).finally(() => running.delete(job));
      running.add(job);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (errors.length > 0) throw errors[0];
  return timed.sort((a, b) => b.seconds - a.seconds);
}
