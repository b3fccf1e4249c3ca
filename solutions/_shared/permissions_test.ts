/** What children may do, tried out under limits that a program can have. */
import { assertEquals } from "@std/assert";
import { temporaryFolder } from "../../katas/_kit/mod.ts";

const solutions = new URL("../", import.meta.url).href;

/** A program that says what it may do, and then what those may that it starts. */
const main = `
import { Process } from "#solutions/processes/processes.ts";
import { Pool } from "#solutions/process_pools/process_pools.ts";
import { Manager } from "#solutions/managers/managers.ts";

const module = import.meta.url;
const here = new URL(".", module).pathname;

const attempts = {
  "read open": () => Deno.readTextFileSync(here + "open/file"),
  "read secret": () => Deno.readTextFileSync(here + "secret/file"),
  "write open": () => Deno.writeTextFileSync(here + "open/other", ""),
  "write secret": () => Deno.writeTextFileSync(here + "secret/other", ""),
  "connect to 1": async () => (await Deno.connect({ port: 1 })).close(),
  "connect to 2": async () => (await Deno.connect({ port: 2 })).close(),
  "see TMPDIR": () => Deno.env.get("TMPDIR"),
  "see SECRET": () => Deno.env.get("SECRET"),
  "run sh": () => new Deno.Command("sh", { args: ["-c", ":"] }).outputSync(),
  "run id": () => new Deno.Command("id").outputSync(),
  "ask for hostname": () => Deno.hostname(),
  "ask for osUptime": () => Deno.osUptime(),
  "load one": () => Deno.dlopen("/nowhere/one", {}).close(),
  "load two": () => Deno.dlopen("/nowhere/two", {}).close(),
  "import from example.com": () => requireGranted({ name: "import", host: "example.com:443" }),
  "import from jsr.io": () => requireGranted({ name: "import", host: "jsr.io:443" }),
};

/** An import would ask somebody else. */
function requireGranted(descriptor) {
  if (Deno.permissions.querySync(descriptor).state !== "granted") throw new Deno.errors.NotCapable();
}

export async function look() {
  const permitted = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      permitted.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) permitted.push(name);
    }
  }
  return permitted;
}

export const guest = () => ({ look });

/** Travels to a place with a comma in its name, or to two places. */
export class Key {
  static [Symbol.for("@concurrency/katas arrive")]() {
    return new Key();
  }
  [Symbol.for("@concurrency/katas depart")]() {
    const path = here + "open/a,secret";
    return { module, data: 0, needs: { read: path, write: path } };
  }
}

/** What happens before a child is started. */
const ways = {
  go: () => Deno.chdir("/usr"),
  revoke: () => Deno.permissions.revokeSync({ name: "import" }),
};

async function lookInProcess(...args) {
  const child = new Process({ module, target: "look", args });
  child.start();
  return await child.result();
}

async function lookInAll() {
  await using pool = new Pool({ module, processes: 1 });
  await using manager = await Manager.start({ module, types: { guest: ["look"] } });
  const server = await manager.create("guest");
  return [await lookInProcess(), await pool.apply("look"), await server.callMethod("look")];
}

if (import.meta.main) {
  const [way] = Deno.args;
  ways[way]?.();
  const own = await look();
  const others = way === "all" ? await lookInAll() : [await lookInProcess(new Key())];
  console.log(JSON.stringify([own, ...others]));
}
`;

/** What a program may do, and then what those may that it has started. */
async function look(
  permissions: (folder: string) => string[],
  way?: "all" | "go" | "revoke",
  set?: object,
): Promise<string[][]> {
  await using folder = await temporaryFolder();
  const { path } = folder;
  for (const name of ["open", "secret", "sockets"]) {
    await Deno.mkdir(`${path}/${name}`);
    await Deno.writeTextFile(`${path}/${name}/file`, "");
  }
  const config = { imports: { "#solutions/": solutions }, permissions: { default: set } };
  await Deno.writeTextFile(`${path}/deno.json`, JSON.stringify(config));
  await Deno.writeTextFile(`${path}/main.js`, main);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions(path), "main.js", ...way ? [way] : []],
    ...{ cwd: path, env: { TMPDIR: `${path}/sockets`, SECRET: "!" }, stdin: "null" },
  }).output();
  const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, complaint);
  return JSON.parse(said);
}

const most = ["--allow-read", "--allow-write", "--allow-net", "--allow-run"];

Deno.test("a process, a worker and a server may do what their program may, within its limits", async () => {
  const library = new URL(solutions).pathname;
  const [own, process, worker, server] = await look((folder) => [
    ...[`--allow-read=${folder},${library}`, `--deny-read=${folder}/secret`],
    ...[`-W=${folder}`, `--deny-write=${folder}/secret`],
    ...["-N", "--deny-net=127.0.0.1:1,0.0.0.0:1"],
    ...[`--allow-run=${Deno.execPath()},sh,cat`, "-E=TMPDIR", "-S", "--deny-sys=osUptime"],
    ...["--allow-ffi=/nowhere/one", "-I=example.com:443"],
  ], "all");
  assertEquals(own, [
    ...["read open", "write open", "connect to 2", "see TMPDIR", "run sh", "ask for hostname"],
    ...["load one", "import from example.com"],
  ]);
  assertEquals([process, worker, server], [own, own, own]);
});

/** What a child may that is given read, write, net and run as a whole. */
const mostOfAll = [
  ...["read open", "read secret", "write open", "write secret", "connect to 1", "connect to 2"],
  ...["run sh", "run id"],
];

Deno.test("what is denied in one folder is denied in another, where its path means another one", async () => {
  const permissions = () => [...most, "--deny-write=secret"];
  const [own, child] = await look(permissions, "go");
  const without = (...names: string[]) => mostOfAll.filter((name) => !names.includes(name));
  assertEquals(own, [...without("write secret"), "import from jsr.io"]);
  assertEquals(child, [...without("write secret", "write open"), "import from jsr.io"]);
});

Deno.test("what a set of the configuration denies, a child must do without", async () => {
  const env = { allow: true, deny: ["SECRET"] };
  const whole = { read: true, write: true, net: true, run: true };
  const set = { ...whole, env, import: ["example.com:443"] };
  const [own, child] = await look(() => ["-P", "--ignore-env=NOTHING"], undefined, set);
  assertEquals(own.slice(6), ["see TMPDIR", "run sh", "run id", "import from example.com"]);
  assertEquals(child, mostOfAll);
});

Deno.test("a child does not import from where its program may not any more", async () => {
  const [own, child] = await look(() => [...most, "-I=example.com:443"], "revoke");
  assertEquals([own, child], [mostOfAll, mostOfAll]);
});

Deno.test("a path with a comma is not taken for two", async () => {
  const [own, child] = await look((folder) => [
    ...["--allow-read", `--allow-write=${folder}/open,${folder}/sockets`, "-N", "--allow-run"],
  ]);
  const expected = mostOfAll.filter((name) => name !== "write secret");
  assertEquals(own, [...expected, "import from jsr.io"]);
  assertEquals(child, [...expected, "import from jsr.io"]);
});
