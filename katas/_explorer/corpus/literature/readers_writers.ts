/**
 * P. J. Courtois, F. Heymans and D. L. Parnas, Concurrent control with "readers" and "writers",
 * CACM 14(10), 1971: readers first, and writers first.
 */
import { type Cells, memory, type Sample, type Shared } from "../parts.ts";
import type { Body } from "../../mod.ts";
import { load, store } from "./atomics.ts";
import type { Family } from "./family.ts";
import { raise, take } from "./semaphores.ts";

/** The room, the readers' count and its lock; the same of the writers; who lets readers try. */
const room = 0;
const readers = 1;
const readersLock = 2;
const writers = 3;
const writersLock = 4;
const tries = 5;
const oneReaderTries = 6;
const initial = memory(7, 1, 0, 1, 0, 1, 1, 1);

/** Adds to a count under its lock; who comes first takes `gate`, who goes last opens it. */
function change(m: Cells, count: number, lock: number, by: number, gate: number): void {
  if (lock >= 0) take(m, lock);
  const left = load(m, count) + by;
  store(m, count, left);
  if (by > 0 && left === 1) take(m, gate);
  if (by < 0 && left === 0) raise(m, gate);
  if (lock >= 0) raise(m, lock);
}

/** The first problem: a reader waits for a writer that is in the room, and for nobody else. */
const reader = (rounds: number, lock = readersLock): Body<Shared> => ({ m }, thread) => {
  for (let round = 0; round < rounds; round++) {
    change(m, readers, lock, 1, room);
    thread.inside("room", () => {}, 2);
    change(m, readers, lock, -1, room);
  }
};

const writer: Body<Shared> = ({ m }, thread) => {
  thread.request("room");
  take(m, room);
  thread.inside("room", () => {});
  raise(m, room);
};

/** The second problem: a reader waits for writers that want to enter as well. */
const patientReader: Body<Shared> = ({ m }, thread) => {
  take(m, oneReaderTries);
  take(m, tries);
  change(m, readers, readersLock, 1, room);
  raise(m, tries);
  raise(m, oneReaderTries);
  thread.inside("room", () => {}, 2);
  change(m, readers, readersLock, -1, room);
};

const urgentWriter = (rounds: number): Body<Shared> => ({ m }, thread) => {
  for (let round = 0; round < rounds; round++) {
    change(m, writers, writersLock, 1, tries);
    take(m, room);
    thread.inside("room", () => {});
    raise(m, room);
    change(m, writers, writersLock, -1, tries);
  }
};

const among = (threads: Record<string, Body<Shared>>): Sample => ({ shared: initial, threads });

/** Readers that hand the room to each other overtake the writer without a bound. */
const writerStarves: Sample = {
  ...among({ "reader 1": reader(2), "reader 2": reader(2), writer }),
  bypass: 2,
};

/** Writers that hand the room to each other overtake the reader. */
const readerStarves: Sample = {
  ...among({
    reader({ m }, thread) {
      thread.request("room");
      patientReader({ m }, thread);
    },
    "writer 1": urgentWriter(2),
    "writer 2": urgentWriter(2),
  }),
  bypass: 2,
};

const noLock = -1;

export const family: Family = {
  "readers first, one reader": ["proved", among({ reader: reader(1), writer })],
  "readers first": ["proved", among({ "reader 1": reader(1), "reader 2": reader(1), writer })],
  "readers first, the writer starves": ["bypass", writerStarves],
  "readers first, counted without a lock": [
    "exclusion",
    among({ "reader 1": reader(1, noLock), "reader 2": reader(1, noLock), writer }),
  ],
  "writers first, one reader": [
    "proved",
    among({ reader: patientReader, writer: urgentWriter(1) }),
  ],
  "writers first": [
    "proved",
    among({ reader: patientReader, "writer 1": urgentWriter(1), "writer 2": urgentWriter(1) }),
  ],
  "writers first, the reader starves": ["bypass", readerStarves],
};
