import { assert, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { curriculum } from "../../curriculum.ts";
import { git } from "../git.ts";
import { paths, read } from "../guide.ts";

const root = new URL("../../../", import.meta.url);

for (const { slug } of curriculum) {
  permittedTest(`${slug}: reset puts back the stub as it was committed`, async () => {
    const pristine = await read({ root }, paths.pristine(slug));
    assertStringIncludes(pristine, `is not implemented yet: ${paths.lesson(slug)}`);
    // Who writes the kata has the stub changed; who solves it has written, and committed, some of it.
    const stub = await read({ root }, paths.stub(slug));
    const candidates = [stub, await git({ root }, "show", `HEAD:./${paths.stub(slug)}`)];
    assert(
      candidates.includes(pristine) || isBegun(stub, pristine),
      `The copy is old: cp ${paths.stub(slug)} ${paths.pristine(slug)}`,
    );
  });
}

/** Whether something stands in the file where nothing was written yet. */
function isBegun(stub: string, pristine: string): boolean {
  const open = (text: string) => text.match(/\bnotYet\("/g)?.length ?? 0;
  return open(stub) < open(pristine);
}
