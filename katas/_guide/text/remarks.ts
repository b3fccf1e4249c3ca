/** What there is to notice in a reference. */

/** A plain comment: it stands where an order of steps has to be argued. */
export interface Remark {
  /** The line of the code that it speaks of. */
  line: number;
  text: string;
}

/** The plain comments of a file. Doc comments say what, these say why. */
export function remarksOf(source: string): Remark[] {
  const remarks: Remark[] = [];
  let open: string[] = [];
  for (const [i, line] of source.split("\n").entries()) {
    const [, text] = line.match(/^\s*\/\/ (?!deno-)(.*)$/) ?? [];
    if (text !== undefined) open.push(text.trim());
    else if (open.length > 0) {
      remarks.push({ line: i + 1, text: open.join(" ") });
      open = [];
    }
  }
  return remarks;
}

/** How many lines are code: not blank, not a comment. */
export function codeLines(source: string): number {
  const withoutBlocks = source.replace(/\/\*.*?\*\//gs, "");
  return withoutBlocks.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}
