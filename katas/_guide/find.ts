/** Finding the kata or the script that somebody means. */
import { distance } from "fastest-levenshtein";
import type { Script } from "../_kit/scripts/scripts.ts";
import type { Kata } from "../curriculum.ts";
import { command, Misuse } from "./guide.ts";

/**
 * The kata with this slug. Its folder and its files are known as well, since a shell completes them:
 * `katas/locks/`, `locks.ts`.
 *
 * @throws {Misuse} If there is none; it names the nearest ones.
 */
export function findKata(katas: readonly Kata[], name: string): Kata {
  const parts = name.split(/[/\\]/).map((part) => part.replace(/(_test|_bench)?\.ts$/, ""));
  const kata = katas.find(({ slug }) => slug === name) ??
    katas.find(({ slug }) => parts.includes(slug));
  if (kata) return kata;
  const slug = parts.findLast((part) => part !== "") ?? name;
  const hint = nearestText(katas.map(({ slug }) => slug), slug);
  throw new Misuse(`There is no kata '${slug}': ${hint}'${command}' lists all ${katas.length}`);
}

/**
 * The script with this name. A shell completes its file, which is known as well.
 *
 * @throws {Misuse} If there is none; it names the nearest ones.
 */
export function findScript(scripts: readonly Script[], name: string): Script {
  const wanted = name.replace(/^.*[/\\]/, "").replace(/\.ts$/, "");
  const script = scripts.find(({ name }) => name === wanted);
  if (script) return script;
  const hint = nearestText(scripts.map(({ name }) => name), wanted);
  throw new Misuse(
    `There is no script '${wanted}': ${hint}'${command} run' lists all ${scripts.length}`,
  );
}

function nearestText(names: readonly string[], name: string): string {
  const near = nearest(names, name).map((name) => `'${name}'`);
  if (near.length === 0) return "";
  return `the nearest ${near.length > 1 ? "are" : "is"} ${near.join(", ")}, and `;
}

/** The names that are nearly this one, at most three, nearest first. */
export function nearest(names: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return names
    .map((name) => ({ name, far: farness(name, wanted) }))
    .filter(({ far }) => far <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A beginning of a name is near to it, however much is missing. */
function farness(name: string, wanted: string): number {
  const isPart = wanted.length > 1 && name.includes(wanted);
  return isPart ? (name.startsWith(wanted) ? 0 : 1) : distance(name, wanted);
}
