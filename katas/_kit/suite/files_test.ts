import { assert, assertEquals, assertFalse } from "@std/assert";
import { permittedTest } from "./permission.ts";
import { isThere, ownTemporaryFiles, temporaryFolder } from "./files.ts";

/** Makes a folder with a file in it, says where, and waits to be killed. */
const suite = `
import { temporaryFolder } from ${JSON.stringify(import.meta.resolve("./files.ts"))};
const { path } = await temporaryFolder();
Deno.writeTextFileSync(path + "/file", "");
console.log(path);
await Deno.stdin.read(new Uint8Array(1));
`;

function start() {
  const args = ["run", "-A", "--quiet", `data:text/javascript,${encodeURIComponent(suite)}`];
  const options = { args, stdin: "piped", stdout: "piped" } as const;
  return new Deno.Command(Deno.execPath(), options).spawn();
}

/** The folder of which the child has told. */
async function folderOf({ stdout }: Deno.ChildProcess): Promise<string> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value).trim();
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
  await child.stdin.close().catch(() => {});
}

permittedTest(
  "what a killed suite has left is removed by the next one, and nothing else",
  async () => {
    using place = ownTemporaryFiles();
    const [killed, living] = [start(), start()];
    const [left, used] = await Promise.all([killed, living].map(folderOf));
    Deno.mkdirSync(`${place.path}/kata_of_others`);
    await kill(killed);
    assert(isThere(`${left}/file`), "A killed suite cannot clean up");
    const next = start();
    const own = await folderOf(next);
    assertFalse(isThere(`${left}/file`), "The next one does");
    assert(isThere(`${used}/file`), "It belongs to a suite that still runs");
    assert(isThere(`${own}/file`));
    assert(place.entries().includes("kata_of_others"), "That is no suite's");
    await Promise.all([living, next].map(kill));
  },
);

permittedTest("temporary files are gone at the end of the block", async () => {
  const before = Deno.env.get("TMPDIR");
  let paths: string[];
  {
    using place = ownTemporaryFiles();
    await using folder = await temporaryFolder();
    paths = [place.path, folder.path];
    assert(folder.path.startsWith(place.path), "In the block it is the place of all of them");
    Deno.writeTextFileSync(`${folder.path}/file`, "");
  }
  assertEquals(Deno.env.get("TMPDIR"), before);
  for (const path of paths) assertFalse(isThere(`${path}/file`));
});
