/** The last test of a suite, which asserts nothing of its own: it names the one to fix first. */

/** What its name ends with. */
export const lastTest = "what to fix first";

/** Whether a test of this name only says which one to fix first. */
export function isLastTest(name: string): boolean {
  return name.endsWith(lastTest);
}
