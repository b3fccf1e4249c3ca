/** The proof of a collection: every implementation that it holds is judged, as one flat list of jobs. */
import type { Kata } from "../../curriculum.ts";
import { judge } from "../judging/judge.ts";
import { type Candidate, judgeMany } from "../judging/many.ts";
import { wholeFile, type Wrong } from "../wrong/page.ts";
import { keyOf, type Memory } from "./memory.ts";
import { doAll, type Job, type Timed } from "./pool.ts";
import { referenceFault, rejectionFault, stubFault } from "./verdicts.ts";

/** What is to be judged of a kata. */
export interface Material {
  kata: Kata;
  /** A fingerprint of all that its judgements depend on, but for the implementation. */
  key: string;
  reference: URL;
  /** The text of the stub as it was before anybody worked on it. */
  stub: string;
  wrong: readonly Wrong[];
}

/** Something else that takes long, and speaks of the whole collection. */
export interface Check {
  name: string;
  /** About how many seconds it takes. */
  cost: number;
  /** Returns the fault, if there is one. */
  run(): Promise<string | null>;
}

/** What came out for one implementation, or for one check. */
export interface Verdict {
  /** The kata; empty for a check of the whole collection. */
  slug: string;
  /** `reference`, `stub`, the name of a wrong solution, or that of the check. */
  name: string;
  /** What is wrong with it or with the suite, if anything is. */
  fault: string | null;
  /** Whether it was judged earlier, and nothing has changed since. */
  remembered: boolean;
}

/** All that came out. */
export interface Proof {
  verdicts: Verdict[];
  /** The jobs, slowest first. */
  jobs: Timed[];
  seconds: number;
}

/** Milliseconds that a suite waits where many are judged, most of which hang. */
const littlePatience = 2_500;

/** The same for those that were not convicted so. */
const muchPatience = 10_000;

/** Milliseconds that a whole suite may take. */
const longest = 5 * 60_000;

/** Seconds of work in one isolate, about. */
const mostAtOnce = 10;

/** Judges every reference, stub and wrong solution, and runs the checks beside that. */
export async function prove(
  materials: readonly Material[],
  checks: readonly Check[],
  memory: Memory,
): Promise<Proof> {
  const begin = performance.now();
  const proving = new Proving(memory);
  const jobs = await Promise.all(materials.map((material) => proving.jobsFor(material)));
  const timed = await doAll([...jobs.flat(), ...checks.map((check) => proving.jobForCheck(check))]);
  const seconds = (performance.now() - begin) / 1_000;
  return { verdicts: proving.verdicts, jobs: timed, seconds };
}

class Proving {
  readonly verdicts: Verdict[] = [];
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** What has to be judged of a kata. What is remembered is noted at once. */
  async jobsFor(material: Material): Promise<Job[]> {
    const { wrong, reference } = material;
    const open: Wrong[] = [];
    for (const one of wrong) {
      if (!await this.#isRemembered(material, one.name, JSON.stringify(one))) open.push(one);
    }
    const text = Deno.readTextFileSync(reference);
    const groups = inGroups(open, Math.ceil(mostAtOnce / costs(material).wrong));
    return [
      ...await this.#jobFor(material, "reference", text, () => referenceOf(material)),
      ...await this.#jobFor(material, "stub", material.stub, () => stubOf(material)),
      ...groups.map((group) => this.#jobForMany(material, sourcesOf(group, text))),
    ];
  }

  jobForCheck({ name, cost, run }: Check): Job {
    return {
      name,
      cost,
      run: async () => {
        this.verdicts.push({ slug: "", name, fault: await run(), remembered: false });
      },
    };
  }

  /** The job that gives the fault of one file, unless it is remembered that there is none. */
  async #jobFor(
    material: Material,
    name: "reference" | "stub",
    text: string,
    faultOf: () => Promise<string | null>,
  ): Promise<Job[]> {
    if (await this.#isRemembered(material, name, text)) return [];
    return [{
      name: `${material.kata.slug}: the ${name}`,
      cost: name === "stub" ? 1 : costs(material).suite,
      run: async () => await this.#note(material, name, text, await faultOf()),
    }];
  }

  /** Judges wrong solutions in one isolate, and those again that it does not convict. */
  #jobForMany(material: Material, sources: readonly Source[]): Job {
    const { slug } = material.kata;
    const cost = sources.length * costs(material).wrong;
    const run = async () => {
      const patience = littlePatience;
      const results = await judgeMany(slug, sources.map(candidateOf), { patience });
      const silent: Source[] = [];
      const left: Job[] = [];
      for (const source of sources) {
        const tests = results.get(source.wrong.name) ?? [];
        if (tests.length === 0) silent.push(source);
        else if (rejectionFault(source.wrong, tests)) left.push(this.#jobAlone(material, source));
        else await this.#noteWrong(material, source.wrong, null);
      }
      return [...left, ...this.#again(material, silent)];
    };
    return { name: `${slug}: ${sources.length} wrong, from ${sources[0].wrong.name}`, cost, run };
  }

  /** Of those without a result one has ended the run. Halves find out which. */
  #again(material: Material, silent: readonly Source[]): Job[] {
    if (silent.length === 0) return [];
    if (silent.length === 1) return [this.#jobAlone(material, silent[0])];
    const middle = Math.ceil(silent.length / 2);
    return [silent.slice(0, middle), silent.slice(middle)]
      .map((half) => this.#jobForMany(material, half));
  }

  #jobAlone(material: Material, { wrong, text }: Source): Job {
    const { slug } = material.kata;
    const run = async () => {
      const candidate = candidateOf({ wrong, text });
      const results = await judgeMany(slug, [candidate], { patience: muchPatience });
      await this.#noteWrong(material, wrong, rejectionFault(wrong, results.get(wrong.name) ?? []));
    };
    return { name: `${slug}: ${wrong.name} alone`, cost: 10, run };
  }

  async #isRemembered({ kata, key }: Material, name: string, text: string): Promise<boolean> {
    if (!this.#memory.has(await keyOf(key, name, text))) return false;
    this.verdicts.push({ slug: kata.slug, name, fault: null, remembered: true });
    return true;
  }

  #noteWrong(material: Material, wrong: Wrong, fault: string | null): Promise<void> {
    return this.#note(material, wrong.name, JSON.stringify(wrong), fault);
  }

  async #note(
    { kata, key }: Material,
    name: string,
    text: string,
    fault: string | null,
  ): Promise<void> {
    this.verdicts.push({ slug: kata.slug, name, fault, remembered: false });
    if (fault === null) this.#memory.add(await keyOf(key, name, text));
  }
}

async function referenceOf({ kata: { slug }, reference }: Material): Promise<string | null> {
  return referenceFault(await judge(slug, reference, { timeout: longest, check: false }));
}

async function stubOf({ kata: { slug }, stub }: Material): Promise<string | null> {
  const file = await Deno.makeTempFile({ prefix: `${slug}_`, suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, stub);
    return stubFault(await judge(slug, file, { timeout: longest, check: false }));
  } finally {
    await Deno.remove(file);
  }
}

/** A wrong solution and its whole text. */
interface Source {
  wrong: Wrong;
  text: string;
}

function sourcesOf(wrong: readonly Wrong[], reference: string): Source[] {
  return wrong.map((wrong) => ({ wrong, text: wholeFile(wrong, reference) }));
}

function candidateOf({ wrong, text }: Source): Candidate {
  return { name: wrong.name, source: text, only: wrong.rejectedBy };
}

/** About how many seconds it takes to judge a whole suite, and to judge one wrong solution. */
function costs({ kata }: Material): { suite: number; wrong: number } {
  // A suite that starts programs waits for them, and for those of a wrong answer in vain.
  return kata.needsPermission ? { suite: 15, wrong: 1.5 } : { suite: 5, wrong: 0.1 };
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < items.length; i += size) groups.push(items.slice(i, i + size));
  return groups;
}
