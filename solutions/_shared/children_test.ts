/** What the children of a project's programs and threads share with them. */
import { assertEquals } from "@std/assert";
import { until } from "../../katas/_kit/mod.ts";
import { flagsAmong } from "./program.ts";

const solutions = new URL("../", import.meta.url).href;

const main = `
import { Process } from "#solutions/processes/processes.ts";
import { Pool } from "#solutions/process_pools/process_pools.ts";
import { Thread } from "#solutions/threads/threads.ts";

const module = import.meta.resolve("./work.ts");

export function startAndReturn(way) {
  new Process({ module, target: "say", args: ["a process of a thread"], daemon: way === "daemon" })
    .start();
}

if (import.meta.main) {
  if (Deno.args[0]) {
    const work = { module: import.meta.url, target: "startAndReturn", args: Deno.args };
    new Thread(work).start();
  } else {
    const process = new Process({ module, target: "look" });
    process.start();
    console.log(await process.result());
    await using pool = new Pool({ module, processes: 1 });
    console.log(await pool.apply("look", [0]));
  }
}
`;

const work = `
import { greeting } from "greet";
import { parentProcess, Process } from "#solutions/processes/processes.ts";
import { commandLine } from "#solutions/_shared/program.ts";

const permitted = (descriptor) => Deno.permissions.querySync(descriptor).state;

/** What its own child sees, below what it sees itself. */
export async function look(depth = 1) {
  const seen = [
    greeting,
    "openKv" in Deno ? "kv" : "no kv",
    "env " + permitted({ name: "env", variable: "SECRET" }),
    "file " + permitted({ name: "read", path: "/etc/hosts" }),
    commandLine().find((flag) => flag.includes("-config"))?.replace(/=.*/, "") ?? "not told",
  ].join(", ");
  if (depth === 0) return seen;
  const child = new Process({ module: import.meta.url, target: "look", args: [0] });
  child.start();
  return seen + " | " + await child.result();
}

/** Says that it has failed, and what it is sent after that. */
export async function failAndListen() {
  const parent = parentProcess();
  new Process({ module: import.meta.url, target: "wait" }).start(); // It stays for that one.
  setTimeout(() => {
    setTimeout(() => parent.send("failed"));
    throw new DOMException("too late", "TimeoutError");
  });
  for (;;) parent.send(await parent.receive());
}

export const wait = () => new Promise((resolve) => setTimeout(resolve, 500));

/** Waits at a queue until that is closed. */
export async function ask(queue) {
  const waiting = queue.get().catch(() => {});
  await queue.size();
  parentProcess().send("waiting");
  await waiting;
}

export async function say(text) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(text);
}
`;

const failing = `
import { Process } from "#solutions/processes/processes.ts";

const process = new Process({ module: import.meta.resolve("./work.ts"), target: "failAndListen" });
process.start();
console.log(await process.receive());
process.send("something to do");
console.log(await process.receive().catch(({ name }) => name));
console.log(await process.result().catch(({ name, message }) => [name, message].join()));
`;

/** A project that has the library, with an import map of its own. */
async function project(config: string): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  const files = {
    "main.js": main,
    "failing.js": failing,
    "work.js": work,
    "work.ts": `export * from "./work.js";`,
    "greet.js": `export const greeting = "hello";`,
    [config]: JSON.stringify({ imports: { greet: "./greet.js", "#solutions/": solutions } }),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${path}/${name}`, text);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function run(cwd: string, args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, complaint);
  return said.trim().split("\n");
}

/** A process, its child, and the worker of a pool see the same. */
const thrice = (seen: string) => [`${seen} | ${seen}`, seen];

Deno.test("a child finds the config that its program finds", async () => {
  await using folder = await project("deno.json");
  assertEquals(
    await run(folder.path, ["run", "-A", "main.js"]),
    thrice("hello, no kv, env granted, file granted, --config"),
  );
  assertEquals(
    await run("/", ["run", "-A", `${folder.path}/main.js`]),
    thrice("hello, no kv, env granted, file granted, --config"),
    "It lies beside the program, wherever that is started",
  );
});

Deno.test("a child gets what its program was told on the command line", async () => {
  await using folder = await project("other.json");
  for (const config of ["--config=other.json", "-c other.json", "-c=other.json", "-qcother.json"]) {
    const denials = ["--unstable-kv", "--deny-env=SECRET"];
    assertEquals(
      await run(folder.path, ["run", "-A", ...config.split(" "), ...denials, "main.js"]),
      thrice("hello, kv, env denied, file granted, --config"),
    );
  }
  assertEquals(
    await run(folder.path, ["run", "-A", "--import-map=other.json", "main.js"]),
    thrice("hello, no kv, env granted, file granted, --no-config"),
    "The library's folder may have one",
  );
  const temporary = folder.path.slice(0, folder.path.lastIndexOf("/"));
  const allowed = [
    `--allow-read=${folder.path},${temporary},${new URL(solutions).pathname}`,
    `-W=${temporary}`,
    "--allow-net",
    "--allow-run",
  ];
  assertEquals(
    await run(folder.path, [
      "run",
      "--import-map=other.json",
      "--no-prompt",
      ...allowed,
      "main.js",
    ]),
    thrice("hello, no kv, env prompt, file prompt, not told"),
  );
});

Deno.test("a process that has failed begins with nothing more, and its error keeps its words", async () => {
  await using folder = await project("deno.json");
  const said = await run(folder.path, ["run", "-A", "failing.js"]);
  assertEquals(said, ["failed", "ProcessError", "TimeoutError,too late"]);
});

Deno.test("a process that a thread has started is waited for, unless it is a daemon", async () => {
  await using folder = await project("deno.json");
  const main = `${folder.path}/main.js`;
  assertEquals(await run("/", ["run", "-A", main, "foreground"]), ["a process of a thread"]);
  assertEquals(await run("/", ["run", "-A", main, "daemon"]), [""]);
});

Deno.test("flags are handed on with their values, and others are not", () => {
  const handedOn = flagsAmong([
    ...["test", "--allow-read", "-c", "a.json", "--import-map", "map.json", "--no-lock"],
    ...["--unstable-kv", "--filter", "--frozen", "--lock=x.lock", "--watch", "main.ts"],
  ]);
  assertEquals(handedOn, [
    ...["--config=a.json", "--import-map=map.json", "--no-lock"],
    ...["--unstable-kv", "--frozen", "--lock=x.lock"],
  ]);
});

/** Two programs that are killed. Each writes down the pid of its child. */
const killed = `
import { Process } from "#solutions/processes/processes.ts";
import { ProcessQueue } from "#solutions/process_queues/process_queues.ts";

const module = import.meta.resolve("./work.ts");
const args = Deno.args[0] === "serving" ? [new ProcessQueue()] : [];
const child = new Process({ module, target: args.length > 0 ? "ask" : "look", args });
child.start();
if (args.length > 0) await child.receive();
else Deno.kill(child.pid, "SIGSTOP"); // It has not come in, and what it needs for that is on its way.
await new Promise((resolve) => setTimeout(resolve, 100));
Deno.writeTextFileSync("pid", String(child.pid));
Deno.kill(Deno.pid, "SIGKILL");
`;

Deno.test("what a killed program has left of its sockets is removed by its child", async () => {
  await using folder = await project("deno.json");
  const sockets = `${folder.path}/sockets`;
  await Deno.mkdir(sockets);
  await Deno.writeTextFile(`${folder.path}/killed.js`, killed);
  for (const way of ["starting", "serving"]) {
    // A child that is stopped would keep a pipe to us open.
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "killed.js", way],
      ...{ cwd: folder.path, env: { TMPDIR: sockets }, stdout: "null", stderr: "null" },
    }).spawn().status;
    assertEquals(code, 137);
    if (way === "starting") {
      assertEquals(left(sockets).length, 1, "Nobody has had a chance to remove it");
      Deno.kill(Number(Deno.readTextFileSync(`${folder.path}/pid`)), "SIGCONT");
    }
    await until(() => left(sockets).length === 0, `${way}: ${left(sockets)} stays for ever`);
  }
});

const left = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name);
