/** Texts as the collection has them. */
import type { Guide } from "../guide.ts";

/** The text as `deno fmt` writes it. One that has an error stays as it is. */
export async function formatted(
  { root }: Guide,
  text: string,
  extension: string,
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", `--ext=${extension}`, "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const [{ success, stdout }] = await Promise.all([
    child.output(),
    new Blob([text]).stream().pipeTo(child.stdin),
  ]);
  return success ? new TextDecoder().decode(stdout) : text;
}
