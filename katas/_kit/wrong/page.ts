/** The page of a kata's wrong solutions, `WRONG.md`: read by learners, by the guide and by the proof. */
import { applied, type Edit, EditError, editsBetween } from "./edit.ts";

/** An answer that looks right and is not. */
export interface Wrong {
  /** What it is called: a file's name without its ending. */
  name: string;
  /** What is wrong with it, and why it looks right. */
  bug: string;
  /** The tests that reject it. */
  rejectedBy: readonly string[];
  /** What each of them says; where there are several, one of them. */
  because: readonly string[];
  /** What it changes of the reference. */
  edits: readonly Edit[];
}

/**
 * The wrong solutions of a page.
 *
 * @throws {Error} If a section lacks something, or a name stands twice.
 */
export function wrongOn(page: string): Wrong[] {
  const [, ...sections] = page.replaceAll("\r\n", "\n").split(/^## /m);
  const all = sections.map(wrongIn);
  for (const { name } of all) {
    if (all.filter((other) => other.name === name).length > 1) {
      throw new Error(`There are two wrong solutions '${name}'`);
    }
  }
  return all;
}

function wrongIn(section: string): Wrong {
  const name = section.slice(0, section.indexOf("\n")).trim();
  const text = section.slice(section.indexOf("\n")).replace(blocks, "");
  const items = [...text.matchAll(/^- (rejected by|because): (.+(?:\n {2}.+)*)/gm)]
    .map(([, key, value]) => ({ key, value: value.replace(/\s+/g, " ").trim() }));
  const valuesOf = (wanted: string) =>
    items.filter(({ key }) => key === wanted).map(({ value }) => value);
  const wrong: Wrong = {
    name,
    bug: text.split(/^- /m)[0].replace(/\s+/g, " ").trim(),
    rejectedBy: valuesOf("rejected by"),
    because: valuesOf("because"),
    edits: [...section.matchAll(blocks)].map(([, block]) => editOf(block)),
  };
  const lacking = [
    [/^[a-z]\w*$/.test(name), "a name of small letters and underscores as its heading"],
    [wrong.bug, "a sentence that says what is wrong"],
    [wrong.rejectedBy.length > 0, "'- rejected by: ' and the name of a test"],
    [wrong.because.length > 0, "'- because: ' and words of what that test says"],
    [wrong.edits.length > 0, "a `diff` block with what it changes"],
  ].filter(([there]) => !there).map(([, what]) => what);
  if (lacking.length > 0) throw new Error(`'${name}' lacks ${lacking.join(", and ")}`);
  return wrong;
}

const blocks = /^```diff\n(.*?)^```$/gms;

function editOf(block: string): Edit {
  // An editor may have taken the space of an empty line away.
  return block.split("\n").slice(0, -1).map((line) => line === "" ? " " : line);
}

/** The wrong solution as a whole file, made from the reference.
 *
 * @throws {Error} If an edit does not fit; it says which block of which section, and the nearest place.
 */
export function wholeFile({ name, edits }: Wrong, reference: string): string {
  try {
    return applied(reference, edits);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new Error(`'${name}', block ${error.index + 1} of ${edits.length}: ${error.message}`);
  }
}

/** The section of a wrong solution that is given as a whole file. */
export function sectionFor(
  wrong: Omit<Wrong, "edits">,
  file: string,
  reference: string,
): string {
  const { name, bug, rejectedBy, because } = wrong;
  const block = (edit: Edit) =>
    `\`\`\`diff\n${edit.map((line) => line.trimEnd()).join("\n")}\n\`\`\``;
  return [
    `## ${name}`,
    bug,
    [
      ...rejectedBy.map((test) => `- rejected by: ${test}`),
      ...because.map((words) => `- because: ${words}`),
    ].join("\n"),
    ...editsBetween(reference, file).map(block),
  ].join("\n\n") + "\n";
}
