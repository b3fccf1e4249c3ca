/** What a proof says at its end. */
import type { Verdict } from "./ledger.ts";
import type { Proof } from "./proof.ts";

/** So many of the slowest jobs are named. */
const mostNamed = 5;

/** A line for each kata, what was remembered, and the slowest jobs. */
export function proofReport({ verdicts, jobs, seconds }: Proof): string {
  const judged = verdicts.filter(({ slug }) => slug !== "");
  const slugs = [...new Set(judged.map(({ slug }) => slug))].sort();
  const width = Math.max(...slugs.map((slug) => slug.length));
  const katas = slugs.map((slug) =>
    `${slug.padEnd(width)}  ${kataText(judged.filter((verdict) => verdict.slug === slug))}`
  );
  const slowest = jobs.slice(0, mostNamed)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${name}`);
  const again = jobs.filter(({ name }) => name.endsWith(" alone")).map(({ name }) => name);
  return [
    `${judged.length} implementations and programs, ${jobs.length} jobs, ${seconds.toFixed(0)} s`,
    ...katas,
    ...again.length > 0 ? [`Judged again, with more patience: ${again.join(", ")}`] : [],
    ...slowest.length > 0 ? ["The slowest:", ...slowest] : [],
  ].join("\n");
}

function kataText(verdicts: readonly Verdict[]): string {
  // A script goes by its path, and so does a Python program.
  const scripts = verdicts.filter(({ name }) => name.includes("/")).length;
  const wrong = verdicts.length - scripts - ["reference", "stub", "order of steps"].length;
  const remembered = verdicts.filter(({ remembered }) => remembered).length;
  const faults = verdicts.filter(({ fault }) => fault !== null).length;
  return [
    `reference, stub, ${wrong} wrong${scripts > 0 ? `, programs: ${scripts}` : ""}`,
    ...remembered > 0 ? [`${remembered} of them remembered`] : [],
    ...faults > 0 ? [`${faults} FAULTS`] : [],
  ].join("; ");
}
