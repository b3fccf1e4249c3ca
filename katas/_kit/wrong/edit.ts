/** A wrong solution is what it changes of the reference: whole lines, each found by what stands there. */
import { diffArrays } from "diff";
import { distance } from "fastest-levenshtein";

/** One change: lines as in a diff, each after `-`, `+` or a space. */
export type Edit = readonly string[];

/** An edit does not fit the reference. The message says why, and where it nearly fits. */
export class EditError extends Error {
  /** `EditError`. */
  override name = "EditError";

  /** `index` is the place of the edit among those that were to be applied. */
  constructor(readonly index: number, message: string) {
    super(message);
  }
}

/**
 * The text with the edits in it. Each is sought in the text as it was, and has to fit exactly one place.
 *
 * @throws {EditError} If one fits no place, or several, or if two of them overlap.
 */
export function applied(text: string, edits: readonly Edit[]): string {
  const lines = text.split("\n");
  const places = edits.map((edit, i) => ({ i, edit, at: placeOf(edit, lines, i) }));
  places.sort((a, b) => b.at - a.at);
  let end = lines.length;
  for (const { i, edit, at } of places) {
    const old = oldSide(edit);
    if (at + old.length > end) throw new EditError(i, "Its lines are those of another block, too");
    lines.splice(at, old.length, ...newSide(edit));
    end = at;
  }
  return lines.join("\n");
}

/** What has to be changed to make the one text of the other. Each edit fits exactly one place. */
export function editsBetween(before: string, after: string): Edit[] {
  const lines = before.split("\n");
  let hunks = hunksBetween(lines, after.split("\n"));
  for (;;) {
    const blocks = hunks.map((hunk) => findable(hunk, lines));
    const i = blocks.findIndex(({ to }, i) => blocks[i + 1]?.from - to <= mostBetween);
    if (i < 0) return blocks.map(({ edit }) => edit);
    hunks = [...hunks.slice(0, i), joined(hunks[i], hunks[i + 1], lines), ...hunks.slice(i + 2)];
  }
}

/** An edit, and which lines of the reference it speaks of. */
interface Hunk {
  from: number;
  to: number;
  edit: Edit;
}

/** Two changes with no more lines between them are one block. */
const mostBetween = 2;

function hunksBetween(before: string[], after: string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let from = 0;
  for (const { added, removed, value } of diffArrays(before, after)) {
    const to = added ? from : from + value.length;
    const sign = added ? "+" : "-";
    if (added || removed) hunks.push({ from, to, edit: value.map((line) => sign + line) });
    from = to;
  }
  return hunks;
}

function joined(first: Hunk, second: Hunk, lines: readonly string[]): Hunk {
  const between = kept(lines.slice(first.to, second.from));
  return { from: first.from, to: second.to, edit: [...first.edit, ...between, ...second.edit] };
}

/**
 * The hunk with as few lines around it as let it fit one place only. Its first and last lines are not
 * blank, where that can be: `deno fmt` takes blank lines away at the edges of a block.
 */
function findable(hunk: Hunk, lines: readonly string[]): Hunk {
  let unique: Hunk | undefined;
  for (const wider of widened(hunk, lines)) {
    const old = lines.slice(wider.from, wider.to);
    if (old.length === 0 || placesOf(old, lines).length > 1) continue;
    unique ??= wider;
    const hasText = old.some((line) => line.trim() !== "");
    if (hasText && !isBlank(wider.edit[0]) && !isBlank(wider.edit.at(-1)!)) return wider;
  }
  return unique ?? hunk;
}

/** Whether it is a line of context, and nothing stands there. */
function isBlank(line: string): boolean {
  return line[0] === " " && line.trim() === "";
}

/** The hunk with more and more lines around it. */
function* widened({ from, to, edit }: Hunk, lines: readonly string[]): Generator<Hunk> {
  for (let around = 0; around <= lines.length; around++) {
    for (let below = 0; below <= around; below++) {
      const start = from - (around - below);
      const end = to + below;
      if (start < 0 || end > lines.length) continue;
      const above = kept(lines.slice(start, from));
      yield { from: start, to: end, edit: [...above, ...edit, ...kept(lines.slice(to, end))] };
    }
  }
}

function kept(lines: readonly string[]): string[] {
  return lines.map((line) => ` ${line}`);
}

function placeOf(edit: Edit, lines: readonly string[], index: number): number {
  const old = oldSide(edit);
  if (old.length === 0) {
    throw new EditError(index, "It has no line of the reference: nobody can say where it belongs");
  }
  const places = placesOf(old, lines);
  if (places.length === 1) return places[0];
  if (places.length > 1) {
    const numbers = places.map((at) => at + 1).join(", ");
    throw new EditError(
      index,
      `Its lines stand ${places.length} times in the reference, at the lines ${numbers}: ` +
        "add a line that stands before or after them",
    );
  }
  const at = nearestPlace(old, lines);
  const near = lines.slice(at, at + old.length).map((line, i) => {
    const number = String(at + i + 1).padStart(5);
    return `${line === old[i] ? " " : "!"}${number}  ${line}`;
  });
  throw new EditError(
    index,
    `Its lines do not stand in the reference:\n${
      old.map((line) => `        ${line}`).join("\n")
    }\nThe nearest place, with ! where it differs:\n${near.join("\n")}`,
  );
}

function placesOf(old: readonly string[], lines: readonly string[]): number[] {
  return lines.flatMap((_, at) => old.every((line, i) => lines[at + i] === line) ? [at] : []);
}

/** Where the fewest characters differ. */
function nearestPlace(old: readonly string[], lines: readonly string[]): number {
  const text = old.map((line) => line.trim()).join("\n");
  const farness = lines.slice(0, Math.max(1, lines.length - old.length + 1)).map((_, at) =>
    distance(text, lines.slice(at, at + old.length).map((line) => line.trim()).join("\n"))
  );
  return farness.indexOf(Math.min(...farness));
}

function oldSide(edit: Edit): string[] {
  return edit.filter((line) => line[0] !== "+").map((line) => line.slice(1));
}

function newSide(edit: Edit): string[] {
  return edit.filter((line) => line[0] !== "-").map((line) => line.slice(1));
}
