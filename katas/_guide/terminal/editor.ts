/** The learner's editor. */
import { fileURLToPath } from "node:url";
import { type Guide, paths } from "../guide.ts";

/** Opens the learner's file, and waits until the editor ends. Returns a sentence if that failed. */
export async function openEditor({ root, signal }: Guide, slug: string): Promise<string> {
  const editor = Deno.env.get("VISUAL") || Deno.env.get("EDITOR");
  if (!editor) {
    return `No editor is known: set EDITOR, or open ${paths.stub(slug)} in yours. ` +
      "Every save is seen.";
  }
  const [program, ...args] = editor.split(/\s+/);
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
