/**
 * A suite that explores is loaded twice: as it is, and with the probes that let the explorer read the
 * variables of its threads. Both copies have the same tests; one that explores is run with probes.
 */
import {
  everySchedule as explore,
  type Program,
  type Proof,
  shownAtCaller,
} from "../../_explorer/mod.ts";
import { probed } from "../../_explorer/probes/load.ts";
import type { Body, Proved } from "./test.ts";

/** The bodies of the tests in the copy with probes that was loaded last, by the tests' names. */
let bodies: Map<string, Body> | null = null;
let isLoading = false;

/** Whether the body that runs is the one with probes, and whether it asks for it. */
let hasProbes = false;
let wantsProbes = false;

/**
 * Loads a suite with probes in it, in the learner's file and in all that it builds on. Where that cannot
 * be, the explorer works without.
 */
export async function loadProbes(suite: string): Promise<void> {
  const kit = new URL("../", import.meta.url).href;
  const isShared = (url: string) =>
    url.startsWith(kit) && !/\/(exploring|acquirable|one_step)\.ts$/.test(url);
  bodies = new Map();
  isLoading = true;
  // Whatever is wrong with the suite or the learner's file is told when it is loaded without probes.
  await probed(suite, isShared).catch(() => {});
  isLoading = false;
}

/** Loads the probes of the suite that is run, unless somebody has chosen a suite already. */
export async function loadOwnProbes(): Promise<void> {
  if (!bodies) await loadProbes(Deno.mainModule);
}

/** Whether the copy with probes is being loaded. */
export function isLoadingProbes(): boolean {
  return isLoading;
}

/** Keeps a body of the copy with probes. */
export function keepBody(name: string, body: Body): void {
  bodies!.set(name, body);
}

/** A program that a test has explored, and what that came to. */
export interface Explored {
  program: Program<unknown>;
  proof?: Proof;
  error?: unknown;
}

/** Where those programs are collected, if anybody asks. */
let explored: Explored[] | null = null;

/** Collects the programs that tests explore from now on. */
export function collectExplored(): Explored[] {
  return explored = [];
}

/** The explorer's `everySchedule`, for bodies that have probes. */
export function everySchedule<Shared>(program: Program<Shared>): Proof {
  if (!hasProbes && bodies) {
    wantsProbes = true;
    throw new Error("This body is run again, with probes in it. Let this error pass");
  }
  const entry: Explored = { program: program as Program<unknown> };
  explored?.push(entry);
  try {
    return entry.proof = explore(program);
  } catch (error) {
    entry.error = shownAtCaller(error, everySchedule);
    throw entry.error;
  }
}

/** The body, and if it explores, the same one with probes. */
export function withProbes(name: string, body: Body): () => Promise<void | Proved> {
  const twin = bodies?.get(name) ?? body;
  return async () => {
    wantsProbes = hasProbes = false;
    try {
      const proved = await body();
      if (!wantsProbes) return proved;
    } catch (error) {
      if (!wantsProbes) throw error;
    }
    hasProbes = true;
    return await twin();
  };
}
