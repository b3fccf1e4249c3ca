import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../suite/permission.ts";
import { deniedFact, scriptFault } from "./script_fault.ts";

const script = { slug: "locks", name: "tell", path: "katas/locks/scripts/tell.ts", story: "" };
const facts = {
  "one line is said": (lines: readonly string[]) => assertEquals(lines.length, 1),
  "it is the answer": (lines: readonly string[]) => assert(/^\d+$/.test(lines[0]), "No number"),
};

Deno.test("deniedFact() names the script, the fact, and what was printed", () => {
  assertEquals(deniedFact(script, facts, "42\n"), null);
  const denied = "it must be so that";
  const words = [
    `katas/locks/scripts/tell.ts: ${denied} it is the answer\n`,
    "No number\nIt has printed:\nforty-two\n",
  ];
  for (const word of words) assertStringIncludes(deniedFact(script, facts, "forty-two\n")!, word);
  assertStringIncludes(deniedFact(script, facts, "")!, `${denied} one line is said`);
});

permittedTest(
  "scriptFault() runs a script on an implementation, and looks how it ends",
  async () => {
    const folder = await Deno.makeTempDir();
    const place = new URL(`file://${folder}/`);
    await Deno.mkdir(new URL("katas/locks/scripts", place), { recursive: true });
    const put = (path: string, text: string) => Deno.writeTextFile(new URL(path, place), text);
    await put("deno.json", `{ "permissions": { "default": { "read": true } } }`);
    await put("deno.lock", `{ "version": "5" }`);
    await put("right.ts", "export const answer = 42;\n");
    const fault = async (text: string) => {
      await put(script.path, `import { answer } from "../locks.ts";\n${text}`);
      return await scriptFault(place, script, new URL("right.ts", place), facts);
    };
    try {
      assertEquals(await fault("console.log(answer);"), null);
      assertStringIncludes((await fault("console.log(`answer ${answer}`);"))!, "it is the answer");
      assertStringIncludes((await fault("console.log(answer); Deno.exit(3);"))!, "exit code 3");
      assertStringIncludes(
        (await fault("console.log(answer); console.error(7);"))!,
        "on stderr\n7",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
