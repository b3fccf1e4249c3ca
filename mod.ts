/**
 * Threads' tools for Deno, with the meaning that they have in Python, and an explorer that runs
 * concurrent code under every interleaving.
 *
 * @example Two threads and a lock, under every schedule
 * ```ts
 * import { cells, everySchedule, Lock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const proof = everySchedule({
 *   shared: () => ({ lock: new Lock().buffer, hits: cells(1) }),
 *   threads: 2,
 *   run({ lock, hits }, thread) {
 *     using _held = Lock.attach(lock).hold();
 *     thread.inside("the lock", () => hits[0]++);
 *   },
 *   after: ({ hits }) => assertEquals(hits[0], 2),
 * });
 * assertEquals(proof.complete, true);
 * ```
 *
 * @module
 */
export * from "./solutions/threads/threads.ts";
export * from "./solutions/daemons/daemons.ts";
export * from "./solutions/locks/locks.ts";
export * from "./solutions/semaphores/semaphores.ts";
export * from "./solutions/events/events.ts";
export * from "./solutions/conditions/conditions.ts";
export * from "./solutions/barriers/barriers.ts";
export * from "./solutions/queues/queues.ts";
export * from "./solutions/shared_queues/shared_queues.ts";
export * from "./solutions/producers/producers.ts";
export * from "./solutions/thread_pools/thread_pools.ts";
export * from "./solutions/parallelism/parallelism.ts";
export * from "./solutions/processes/processes.ts";
export * from "./solutions/pipes/pipes.ts";
export * from "./solutions/process_queues/process_queues.ts";
export {
  arrive,
  depart,
  type Departure,
  type Needs,
  type Travelling,
} from "./solutions/_shared/travelling.ts";
export * from "./solutions/process_locks/process_locks.ts";
export * from "./solutions/shared_memory/shared_memory.ts";
export * from "./solutions/managers/managers.ts";
export * from "./solutions/process_pools/process_pools.ts";
export * as schedulers from "./solutions/schedulers/schedulers.ts";
export * from "./solutions/coroutines/coroutines.ts";
export * from "./solutions/pipelines/pipelines.ts";
export * from "./solutions/greenlets/greenlets.ts";
export * as gevents from "./solutions/gevents/gevents.ts";
export * as downloads from "./solutions/downloads/downloads.ts";
export * as sockets from "./solutions/sockets/sockets.ts";
export {
  type Body,
  cells,
  everySchedule,
  ExplorationError,
  type FaultKind,
  type Model,
  type Program,
  type Proof,
  ScheduleError,
  type VirtualThread,
} from "./katas/_explorer/mod.ts";
