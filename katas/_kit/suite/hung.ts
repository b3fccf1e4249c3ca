/** Tests that do not come to their end. Deno stops them, and only says after how long. */

/** What it usually is. */
export const usually = "A loop in it never ends, or it waits for what never comes";

/** What is printed below the name of such a test. */
export function hungSentence(name: string, why: string): string {
  return `'${name}' did not come to its end: ${why}`;
}

/** What the code of a test has printed, without that sentence. */
export function withoutHung(printed: string, name: string): string {
  return printed.split("\n").filter((line) => !line.startsWith(hungSentence(name, ""))).join("\n");
}

/** What that sentence says in the output of a run, if it has it. */
export function whyHung(output: string, name: string): string | undefined {
  const begin = hungSentence(name, "");
  return output.split("\n").find((line) => line.startsWith(begin))?.slice(begin.length);
}
