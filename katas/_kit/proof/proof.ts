/** The proof of a collection: every implementation that it holds is judged, as one flat list of jobs. */
import type { Kata } from "../../curriculum.ts";
import { judge } from "../judging/judge.ts";
import { wholeFile, type Wrong } from "../wrong/page.ts";
import { readJoined } from "../wrong/sheets.ts";
import { type Claim, Ledger, type Verdict } from "./ledger.ts";
import { keyOf, type Memory } from "./memory.ts";
import { doAll, type Job, type Timed } from "./pool.ts";
import { stepOrderFault } from "./step_order.ts";
import { referenceFault, stubFault } from "./verdicts.ts";
import { type WrongClaim, wrongJobs } from "./wrong_jobs.ts";

/** What is to be judged of a kata. */
export interface Material {
  kata: Kata;
  /** A fingerprint of all that its judgements depend on, but for the implementation. */
  key: string;
  reference: URL;
  /** The text of the stub as it was before anybody worked on it. */
  stub: string;
  lesson: string;
  wrong: readonly Wrong[];
}

/** A claim that one job shows or refutes. */
export interface Check extends Claim {
  /** About how many seconds it takes. */
  cost: number;
  /** Returns the fault, if there is one. */
  run(): Promise<string | null>;
}

/** All that came out. */
export interface Proof {
  verdicts: readonly Verdict[];
  /** The jobs, slowest first. */
  jobs: readonly Timed[];
  seconds: number;
}

/** Milliseconds that a whole suite may take. */
const longestSuite = 5 * 60_000;

/** Judges every reference, stub and wrong solution, and makes the checks beside that. */
export async function prove(
  materials: readonly Material[],
  checks: readonly Check[],
  memory: Memory,
): Promise<Proof> {
  const begin = performance.now();
  const ledger = new Ledger(memory);
  const jobs: Job[] = ledger.open(checks).map((check) => checkJob(check, ledger));
  for (const material of materials) {
    const own = [referenceCheck(material), stubCheck(material), stepOrderCheck(material)];
    const files = await Promise.all(own);
    jobs.push(...ledger.open(files).map((check) => checkJob(check, ledger)));
    const wrong = await wrongClaims(material, ledger);
    jobs.push(...wrongJobs(ledger.open(wrong), costs(material).wrong, ledger));
  }
  const timed = await doAll(jobs);
  const seconds = (performance.now() - begin) / 1_000;
  return { verdicts: ledger.verdicts, jobs: timed, seconds };
}

function checkJob(check: Check, ledger: Ledger): Job {
  const { slug, name, cost } = check;
  const run = async () => ledger.note(check, await check.run());
  return { name: slug && !name.includes("/") ? `${slug}: the ${name}` : name, cost, run };
}

async function referenceCheck(material: Material): Promise<Check> {
  const { kata: { slug }, key, reference } = material;
  return {
    slug,
    name: "reference",
    key: await keyOf(key, "reference"),
    cost: costs(material).suite,
    async run() {
      return referenceFault(await judge(slug, reference, { timeout: longestSuite, check: false }));
    },
  };
}

async function stubCheck({ kata: { slug }, key, stub }: Material): Promise<Check> {
  return {
    slug,
    name: "stub",
    key: await keyOf(key, stub),
    cost: 1,
    async run() {
      const file = await Deno.makeTempFile({ prefix: `${slug}_`, suffix: ".ts" });
      try {
        await Deno.writeTextFile(file, stub);
        return stubFault(await judge(slug, file, { timeout: longestSuite, check: false }));
      } finally {
        await Deno.remove(file);
      }
    },
  };
}

async function stepOrderCheck(material: Material): Promise<Check> {
  const { kata: { slug, steps }, key, reference, stub, lesson } = material;
  return {
    slug,
    name: "order of steps",
    key: await keyOf(key, stub, lesson, "order of steps"),
    cost: 2 * costs(material).suite,
    async run() {
      const text = await readJoined(reference);
      return await stepOrderFault({ slug, steps: steps.length, lesson, stub, reference: text });
    },
  };
}

/** The wrong solutions as whole files. One whose edits do not fit is noted as a fault. */
async function wrongClaims(
  { kata: { slug }, key, reference, wrong }: Material,
  ledger: Ledger,
): Promise<WrongClaim[]> {
  const text = await readJoined(reference);
  const claims: WrongClaim[] = [];
  for (const one of wrong) {
    const claim = { slug, name: one.name, key: await keyOf(key, JSON.stringify(one)), wrong: one };
    try {
      claims.push({ ...claim, text: wholeFile(one, text) });
    } catch (error) {
      ledger.note(claim, `solutions/${slug}/WRONG.md: ${(error as Error).message}`);
    }
  }
  return claims;
}

/** About how many seconds it takes to judge a whole suite, and to judge one wrong solution. */
function costs({ kata }: Material): { suite: number; wrong: number } {
  // A suite that starts programs waits for them, and for those of a wrong answer in vain.
  return kata.needsPermission ? { suite: 15, wrong: 1.5 } : { suite: 5, wrong: 0.1 };
}
