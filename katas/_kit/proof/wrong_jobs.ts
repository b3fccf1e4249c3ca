/** Jobs that show that each wrong solution of a kata is rejected for its reason. */
import { judgeMany } from "../judging/many.ts";
import type { Wrong } from "../wrong/page.ts";
import type { Claim, Ledger } from "./ledger.ts";
import type { Job } from "./pool.ts";
import { rejectionFault } from "./verdicts.ts";

/** The claim that a wrong solution is rejected. */
export interface WrongClaim extends Claim {
  wrong: Wrong;
  /** The whole file. */
  text: string;
}

/** Milliseconds that a suite waits where many are judged, most of which hang. */
const littlePatience = 2_500;

/** The same for those that were not convicted so. */
const muchPatience = 10_000;

/** Seconds of work in one isolate, about. */
const longestJob = 10;

/** Jobs for all of a kata, of which one takes about `each` seconds. */
export function wrongJobs(claims: readonly WrongClaim[], each: number, ledger: Ledger): Job[] {
  const size = Math.ceil(longestJob / each);
  const groups = Array.from(
    { length: Math.ceil(claims.length / size) },
    (_, i) => claims.slice(i * size, (i + 1) * size),
  );
  return groups.map((group) => manyJob(group, each, ledger));
}

/** Judges them in one isolate. Those that this does not convict are judged again, with more patience. */
function manyJob(claims: readonly WrongClaim[], each: number, ledger: Ledger): Job {
  return {
    name: `${claims[0].slug}: ${claims.length} wrong, from ${claims[0].name}`,
    cost: claims.length * each,
    async run() {
      const results = await judged(claims, littlePatience);
      const silent: WrongClaim[] = [];
      const left: Job[] = [];
      for (const claim of claims) {
        const tests = results.get(claim.name) ?? [];
        if (tests.length === 0) silent.push(claim);
        else if (rejectionFault(claim.wrong, tests)) left.push(aloneJob(claim, ledger));
        else ledger.note(claim, null);
      }
      return [...left, ...halves(silent, each, ledger)];
    },
  };
}

/** Of those without a result one has ended the run for all. Halves find out which. */
function halves(silent: readonly WrongClaim[], each: number, ledger: Ledger): Job[] {
  if (silent.length < 2) return silent.map((claim) => aloneJob(claim, ledger));
  const middle = Math.ceil(silent.length / 2);
  return [silent.slice(0, middle), silent.slice(middle)]
    .map((half) => manyJob(half, each, ledger));
}

function aloneJob(claim: WrongClaim, ledger: Ledger): Job {
  return {
    name: `${claim.slug}: ${claim.name} alone`,
    cost: longestJob,
    async run() {
      const results = await judged([claim], muchPatience);
      ledger.note(claim, rejectionFault(claim.wrong, results.get(claim.name) ?? []));
    },
  };
}

function judged(claims: readonly WrongClaim[], patience: number) {
  const candidates = claims.map(({ name, text, wrong }) => ({
    name,
    source: text,
    only: wrong.rejectedBy,
  }));
  return judgeMany(claims[0].slug, candidates, { patience });
}
