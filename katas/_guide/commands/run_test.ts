import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { existsSync } from "node:fs";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { until } from "../../_kit/suite/wait.ts";
import { Misuse, paths } from "../guide.ts";
import { runGuide } from "../main.ts";
import { right, save, smallGuide } from "../testing.ts";
import { run } from "./run.ts";

const script = `// The answer is told. It is a number.
import { answer } from "../locks.ts";

const [wanted = "42"] = Deno.args.filter((arg) => arg !== "--wanted");
Deno.exit(answer() === Number(wanted) ? 0 : 7);
`;

async function guideWithScript(text = script) {
  const guide = await smallGuide(["locks"]);
  await Deno.mkdir(new URL("katas/locks/scripts", guide.root));
  await save(guide, "katas/locks/scripts/tell.ts", text);
  await save(guide, "deno.lock", `{ "version": "5" }`);
  return guide;
}

permittedTest("run() lists all scripts with what they do", async () => {
  await using guide = await guideWithScript();
  assertEquals(await runGuide(guide, ["run"]), 0);
  assertEquals(guide.screen.written, "locks\n  tell  The answer is told\n");
});

permittedTest("run() runs a script on the learner's file, and ends as it does", async () => {
  await using guide = await guideWithScript();
  assertEquals(await runGuide(guide, ["run", "tell"]), 7);
  await save(guide, paths.stub("locks"), right);
  for (const name of ["tell", "tell.ts", "katas/locks/scripts/tell.ts"]) {
    assertEquals(await runGuide(guide, ["run", name]), 0);
  }
});

permittedTest("run() gives a script its own options", async () => {
  await using guide = await guideWithScript();
  assertEquals(await runGuide(guide, ["run", "tell", "--", "--wanted", "0"]), 0);
});

permittedTest("run() runs a script on the reference, wherever that is imported", async () => {
  const inThread = `import { answer } from "../locks.ts";
if (!("postMessage" in globalThis)) {
  const worker = new Worker(import.meta.url, { type: "module" });
  worker.onmessage = ({ data }) => Deno.exit(data);
} else postMessage(answer());
`;
  await using guide = await guideWithScript(inThread);
  assertEquals(await runGuide(guide, ["run", "tell"]), 0);
  assertEquals(await runGuide(guide, ["run", "tell", "--reference"]), 42);
});

permittedTest("run() names the nearest script", async () => {
  await using guide = await guideWithScript();
  const { message } = await assertRejects(() => run(guide, "tel", []), Misuse);
  assertStringIncludes(message, "There is no script 'tel': the nearest is 'tell', and");
});

permittedTest("run() ends the script with the guide", async () => {
  await using guide = await guideWithScript(
    `Deno.writeTextFileSync("begun", "");\nsetInterval(() => {}, 1_000);\n`,
  );
  const stop = new AbortController();
  const ended = run({ ...guide, signal: stop.signal }, "tell", []);
  await until(() => existsSync(new URL("begun", guide.root)), "The script has not begun");
  stop.abort();
  assertEquals(await ended, 130);
});

permittedTest("run() tells in one sentence what is not written yet", async () => {
  const error = `new Error("new Lock is not implemented yet: katas/locks/README.md")`;
  const preload = `--preload=${import.meta.resolve("../one_sentence.ts")}`;
  for (
    const unfinished of [
      `throw ${error};`,
      `await Promise.reject(${error});`,
      `for (const task of ["cook", "eater"]) console.error(\`\${task}:\`, ${error});`,
    ]
  ) {
    await using guide = await guideWithScript(unfinished);
    const file = new URL("katas/locks/scripts/tell.ts", guide.root).href;
    const args = ["run", "--quiet", preload, file];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals(
      [code, new TextDecoder().decode(stderr)],
      [1, "new Lock is not implemented yet: katas/locks/README.md\n"],
      unfinished,
    );
  }
});
