/** The learner's editor. */
// @ts-types="@types/shell-quote"
import { parse } from "shell-quote";
import { fileURLToPath } from "node:url";
import { type Guide, paths } from "../guide.ts";

/** Opens the learner's file, and waits until the editor ends. Returns a sentence if that failed. */
export async function openEditor({ root, signal }: Guide, slug: string): Promise<string> {
  const editor = Deno.env.get("VISUAL") || Deno.env.get("EDITOR");
  if (!editor) {
    return `No editor is known: set EDITOR, or open ${paths.stub(slug)} in yours. ` +
      "Every save is seen.";
  }
  const words = wordsOf(editor, Deno.env.toObject());
  if (!words) {
    return `'${editor}' is more than a program and its arguments: look whether EDITOR is right.`;
  }
  const [program, ...args] = words;
  const file = fileURLToPath(new URL(paths.stub(slug), root));
  try {
    const { success } = await new Deno.Command(program, {
      args: [...args, file],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
      signal,
    }).spawn().status;
    return success ? "" : `'${editor}' did not end well: look whether EDITOR is right.`;
  } catch (error) {
    return `'${editor}' cannot be started: ${(error as Error).message}`;
  }
}

/** The words of a command as a shell reads them. `null` if it is more than one command. */
export function wordsOf(command: string, env: Record<string, string>): string[] | null {
  const words = parse(command, env);
  return words.length > 0 && words.every((word) => typeof word === "string") ? words : null;
}
