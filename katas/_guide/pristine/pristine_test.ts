import { assert, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { curriculum } from "../../curriculum.ts";
import { paths, read } from "../guide.ts";

const root = new URL("../../../", import.meta.url);

for (const { slug } of curriculum) {
  permittedTest(`${slug}: reset puts back the stub as it was committed`, async () => {
    const pristine = await read({ root }, paths.pristine(slug));
    assertStringIncludes(pristine, `is not implemented yet: ${paths.lesson(slug)}`);
    // Who writes the kata has it changed, and who solves it has changed it.
    const candidates = [await committed(paths.stub(slug)), await read({ root }, paths.stub(slug))];
    assert(
      candidates.includes(pristine),
      `The copy is old: cp ${paths.stub(slug)} ${paths.pristine(slug)}`,
    );
  });
}

async function committed(path: string): Promise<string | null> {
  const { success, stdout } = await new Deno.Command("git", {
    args: ["show", `HEAD:./${path}`],
    cwd: root,
    stderr: "null",
  }).output().catch(() => ({ success: false, stdout: new Uint8Array() }));
  return success ? new TextDecoder().decode(stdout) : null;
}
