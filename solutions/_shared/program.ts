/**
 * How this program was started: what another `deno run` has to be told to find the same modules, under the
 * same import map, lock file and unstable features. Permissions are another matter.
 *
 * @module
 */

/** Flags that are handed on, alone or with a value after "=". */
const handedOn =
  /^--(config|no-config|import-map|lock|no-lock|frozen|frozen-lockfile|no-remote|no-npm|cached-only|vendor|node-modules-dir|conditions|cert|location|unstable[\w-]*)(=|$)/;

/** Those of them that may have their value in the next argument. */
const withValue = /^(--(config|import-map|lock|conditions|cert|location))$/;

let known: string[] | undefined;

/** Whether a program of ours has started this one: its folder is the library's, where nothing is to be found. */
let isChild = false;

/** What Deno was called with, before the arguments of the program; nothing where nobody tells. */
export function commandLine(): string[] {
  return known ??= askSystem();
}

/** Tells a program that another one has started what it was started with. */
export function setCommandLine(args: string[]): void {
  known = args;
  isChild = true;
}

/** The flags for a `deno run` that finds the same modules as this program. */
export function moduleFlags(): string[] {
  const flags = flagsAmong(commandLine());
  if (isChild || flags.some((flag) => /^--(no-)?config/.test(flag))) return flags;
  return [...configFlags(), ...flags];
}

/** The flags to be handed on, each with its value. */
export function flagsAmong(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const flag = longForm(arg);
    if (!handedOn.test(flag)) return [];
    const value = args[i + 1];
    return withValue.test(flag) && value && !value.startsWith("-") ? [`${flag}=${value}`] : [flag];
  });
}

/** `-c x` may be written as `-cx`, as `-c=x`, and behind other letters, as in `-Aqc x`. */
function longForm(arg: string): string {
  const config = /^-[AqrPRWNESI]*c(=?)(.*)$/.exec(arg);
  return config ? `--config${config[2] && "="}${config[2]}` : arg;
}

/** Deno lets no program look into /proc by itself. */
function askSystem(): string[] {
  if (Deno.build.os !== "linux") return [];
  try {
    const { stdout } = new Deno.Command("cat", { args: [`/proc/${Deno.pid}/cmdline`] })
      .outputSync();
    const args = new TextDecoder().decode(stdout).split("\0").slice(1, -1);
    return args.slice(0, args.length - Deno.args.length);
  } catch {
    return [];
  }
}

/** A child is a module of the library, beside which another configuration may lie. */
function configFlags(): string[] {
  try {
    const config = nearest("deno.json", "deno.jsonc");
    if (config) return [`--config=${config}`];
    return nearest("package.json") ? [] : ["--no-config"]; // That would leave out package.json too.
  } catch {
    return []; // It may not be looked for.
  }
}

/** The next file of one of these names, from the program's folder upwards, as Deno looks for it. */
function nearest(...names: string[]): string | undefined {
  for (let folder = programFolder();; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const found = names.map((name) => `${folder}/${name}`).find(isThere);
    if (found || folder === "") return found;
  }
}

function programFolder(): string {
  // A thread has no main module: its program is what stands last on the command line.
  const main: string | undefined = Deno.mainModule ?? commandLine().at(-1);
  const { protocol, pathname } = new URL(main ?? ".", `file://${Deno.cwd()}/`);
  if (protocol !== "file:") return Deno.cwd();
  const folder = decodeURIComponent(pathname.slice(0, pathname.lastIndexOf("/")));
  return folder.replace(/^\/(?=\w:)/, "");
}

function isThere(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
