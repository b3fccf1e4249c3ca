/** Semaphores whose waiters sleep, as the textbooks' programs take them for granted. */
import type { Cells } from "../parts.ts";
import { add, compareExchange, load, notify, store, wait } from "./atomics.ts";

/** Dijkstra's P on a counting semaphore. */
export function down(m: Cells, at: number): void {
  for (;;) {
    const permits = load(m, at);
    if (permits === 0) wait(m, at, 0);
    else if (compareExchange(m, at, permits, permits - 1) === permits) return;
  }
}

/** Dijkstra's V on a counting semaphore. */
export function up(m: Cells, at: number): void {
  add(m, at, 1);
  notify(m, at, 1);
}

/** P on a binary semaphore, and so the way into a section when the semaphore is 1 at first. */
export function take(m: Cells, at: number): void {
  while (compareExchange(m, at, 1, 0) === 0) wait(m, at, 0);
}

/** V on a binary semaphore: it is no more than 1, however often it is raised. */
export function raise(m: Cells, at: number): void {
  store(m, at, 1);
  notify(m, at, 1);
}
