/** The wrong solutions of a kata, as its page WRONG.md has them. */
import { wholeFile, type Wrong, wrongOn } from "../../../_kit/wrong/page.ts";
import { type Guide, Misuse, paths, readIfThere } from "../../guide.ts";
import { nearest } from "../../find.ts";

/**
 * The text of the page.
 *
 * @throws {Misuse} If there is none.
 */
export async function readPage(guide: Guide, slug: string): Promise<string> {
  const page = await readIfThere(guide, paths.wrong(slug));
  if (page === null) throw new Misuse(`${paths.wrong(slug)} is missing`);
  return page;
}

/**
 * The wrong solutions on the page.
 *
 * @throws {Misuse} If the page lacks something.
 */
export function solutionsOn(page: string, slug: string): Wrong[] {
  try {
    return wrongOn(page);
  } catch (error) {
    throw new Misuse(`${paths.wrong(slug)}: ${(error as Error).message}`);
  }
}

/**
 * The one with this name.
 *
 * @throws {Misuse} If there is none; it names the nearest ones.
 */
export function named(all: readonly Wrong[], slug: string, name: string): Wrong {
  const one = all.find((one) => one.name === name);
  if (one) return one;
  const names = all.map(({ name }) => name);
  const near = nearest(names, name);
  const known = (near.length > 0 ? near : names).join(", ");
  throw new Misuse(`${slug} has no wrong solution '${name}', but ${known}`);
}

/** Whether all its edits find their place in the reference. */
export function fits(one: Wrong, reference: string): boolean {
  try {
    wholeFile(one, reference);
    return true;
  } catch {
    return false;
  }
}
