import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAllowed, permittedTest } from "../suite/permission.ts";
import {
  deniedFact,
  hasPython,
  pythonFault,
  scriptFault,
  unfinishedFault,
} from "./script_fault.ts";

const script = { slug: "locks", name: "tell", path: "katas/locks/scripts/tell.ts", story: "" };
const facts = {
  "one line is said": (lines: readonly string[]) => assertEquals(lines.length, 1),
  "it is the answer": (lines: readonly string[]) => assert(/^\d+$/.test(lines[0]), "No number"),
};

Deno.test("deniedFact() names the script, the fact, and what was printed", () => {
  assertEquals(deniedFact(script.path, facts, "42\n"), null);
  const denied = "it must be so that";
  const words = [
    `katas/locks/scripts/tell.ts: ${denied} it is the answer\n`,
    "No number\nIt has printed:\nforty-two\n",
  ];
  for (const word of words) {
    assertStringIncludes(deniedFact(script.path, facts, "forty-two\n")!, word);
  }
  assertStringIncludes(deniedFact(script.path, facts, "")!, `${denied} one line is said`);
});

/** What the script is found to be, on an implementation whose `answer()` does this. */
async function faultOf(
  text: string,
  answer: string,
  fault: (place: URL, implementation: URL) => Promise<string | null>,
): Promise<string | null> {
  const folder = await Deno.makeTempDir();
  const place = new URL(`file://${folder}/`);
  const put = (path: string, text: string) => Deno.writeTextFile(new URL(path, place), text);
  try {
    await Deno.mkdir(new URL("katas/locks/scripts", place), { recursive: true });
    await put("deno.json", `{ "permissions": { "default": { "read": true } } }`);
    await put("deno.lock", `{ "version": "5" }`);
    await put("own.ts", `export function answer() {\n  ${answer}\n}\n`);
    await put(script.path, `import { answer } from "../locks.ts";\n${text}`);
    return await fault(place, new URL("own.ts", place));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest(
  "scriptFault() runs a script on an implementation, and looks how it ends",
  async () => {
    const fault = (text: string) =>
      faultOf(text, "return 42;", (place, own) => scriptFault(place, script, own, facts));
    const says = "console.log(answer());";
    assertEquals(await fault(says), null);
    assertStringIncludes((await fault("console.log(`so ${answer()}`);"))!, "it is the answer");
    assertStringIncludes((await fault(`${says} Deno.exit(3);`))!, "exit code 3");
    assertStringIncludes((await fault(`${says} console.error(7);`))!, "on stderr\n7");
  },
);

permittedTest("unfinishedFault() wants a script to fail by the stub's sentence", async () => {
  const stub = `throw new Error("answer is not implemented yet: katas/locks/README.md");`;
  const fault = (text: string, answer = stub) =>
    faultOf(text, answer, (place, own) => unfinishedFault(place, script, own));
  assertEquals(await fault("answer();"), null);
  const goesOn = "try { answer(); } catch (error) { console.error(error); }";
  assertStringIncludes((await fault(goesOn))!, "on the stub it ends with exit code 0, and must");
  assertStringIncludes((await fault("answer();", `throw new Error("odd");`))!, "exit code 1, and");
});

Deno.test({
  name: "pythonFault() runs a program of CPython (needs -P and python3)",
  ignore: !isAllowed() || !await hasPython(),
  async fn() {
    const folder = await Deno.makeTempDir();
    const place = new URL(`file://${folder}/`);
    const fault = async (text: string) => {
      await Deno.writeTextFile(new URL("tell.py", place), text);
      return await pythonFault(place, "tell.py", facts);
    };
    try {
      assertEquals(await fault("print(42)"), null);
      assertStringIncludes((await fault("print('many')"))!, "tell.py: it must be so that it is");
      assertStringIncludes((await fault("print(42); exit(3)"))!, "exit code 3");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
