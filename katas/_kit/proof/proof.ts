/** The proof of a collection: every implementation that it holds is judged, as one flat list of jobs. */
import type { Kata } from "../../curriculum.ts";
import { judge, type Judgement, type JudgeOptions } from "../judging/judge.ts";
import { judgeMany } from "../judging/many.ts";
import { wholeFile, type Wrong } from "../wrong/page.ts";
import { keyOf, type Memory } from "./memory.ts";
import { doAll, type Job, type Timed } from "./pool.ts";
import { referenceFault, rejectionFault, stubFault } from "./verdicts.ts";

/** What is to be judged of a kata. */
export interface Material {
  kata: Kata;
  /** A fingerprint of all that its judgements depend on, but for the implementation. */
  key: string;
  /** The text of the suite. */
  suite: string;
  reference: URL;
  /** The text of the stub as it was before anybody worked on it. */
  stub: string;
  wrong: readonly Wrong[];
}

/** What came out for one implementation. */
export interface Verdict {
  slug: string;
  /** `reference`, `stub`, or the name of a wrong solution. */
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

/** Milliseconds that a whole suite may take. */
const longest = 5 * 60_000;

/** Seconds of work in one isolate, about. */
const mostAtOnce = 10;

/** Judges every reference, stub and wrong solution. */
export async function prove(materials: readonly Material[], memory: Memory): Promise<Proof> {
  const begin = performance.now();
  const proving = new Proving(memory);
  const jobs = await Promise.all(materials.map((material) => proving.jobsFor(material)));
  const timed = await doAll(jobs.flat());
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
    const groups = inGroups(open, (one) => costOf(material, one.rejectedBy));
    return [
      ...await this.#jobFor(material, "reference", text, () => referenceOf(material)),
      ...await this.#jobFor(material, "stub", material.stub, () => stubOf(material)),
      ...groups.map((group) => this.#jobForMany(material, sourcesOf(group, text))),
    ];
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
      cost: name === "stub" ? 1 : costOf(material),
      run: async () => await this.#note(material, name, text, await faultOf()),
    }];
  }

  /** Judges wrong solutions in one isolate, and those again that it does not convict. */
  #jobForMany(material: Material, sources: readonly Source[]): Job {
    const { slug } = material.kata;
    const cost = sources.reduce((sum, { wrong }) => sum + costOf(material, wrong.rejectedBy), 0);
    const run = async () => {
      const candidates = sources.map(({ wrong, text }) => ({
        name: wrong.name,
        source: text,
        only: wrong.rejectedBy,
      }));
      const results = await judgeMany(slug, candidates, { patience: littlePatience });
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
      const { tests, output } = await judgeText(slug, text, { only: wrong.rejectedBy });
      await this.#noteWrong(material, wrong, rejectionFault(wrong, tests, output));
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
  return stubFault(await judgeText(slug, stub, { timeout: longest }));
}

/** Judges a text beside which nothing else lies. Its types are checked elsewhere. */
async function judgeText(slug: string, text: string, options: JudgeOptions): Promise<Judgement> {
  const file = await Deno.makeTempFile({ prefix: `${slug}_`, suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, text);
    return await judge(slug, file, { ...options, check: false });
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

/** About how many seconds these tests of a kata take, or all of them. */
function costOf({ suite }: Material, only?: readonly string[]): number {
  const isChosen = (name: string) => !only || only.some((test) => test.endsWith(name));
  const tests = [...suite.matchAll(/^\s*(test(?:WithPermission)?)\(\s*"(.+?)"/gm)]
    .filter(([, , name]) => isChosen(name));
  // A test that starts programs takes far longer, and a wrong answer makes it wait.
  const most = only ? 1.5 : 0.3;
  return tests.reduce((sum, [, kind]) => sum + (kind === "test" ? 0.05 : most), 0.05);
}

function inGroups<T>(items: readonly T[], cost: (item: T) => number): T[][] {
  const groups: T[][] = [];
  let rest = 0;
  for (const item of items) {
    if (cost(item) > rest) {
      groups.push([]);
      rest = mostAtOnce;
    }
    groups.at(-1)!.push(item);
    rest -= cost(item);
  }
  return groups;
}
