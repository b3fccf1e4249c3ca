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
const withValue = /^(-c|--(config|import-map|lock|conditions|cert|location))$/;

let known: string[] | undefined;

/** What Deno was called with, before the arguments of the program; nothing where nobody tells. */
export function commandLine(): string[] {
  return known ??= askSystem();
}

/** Tells a program that another one has started what it was started with. */
export function setCommandLine(args: string[]): void {
  known = args;
}

/** The flags for a `deno run` that finds the same modules as this program. */
export function moduleFlags(): string[] {
  const flags = flagsAmong(commandLine());
  if (flags.some((flag) => /^--(no-)?config/.test(flag))) return flags;
  const config = nearestConfig();
  return config ? [`--config=${config}`, ...flags] : flags;
}

/** The flags to be handed on, each with its value. */
export function flagsAmong(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const flag = arg === "-c" ? "--config" : arg;
    if (!handedOn.test(flag)) return [];
    const value = args[i + 1];
    return withValue.test(arg) && value && !value.startsWith("-") ? [`${flag}=${value}`] : [flag];
  });
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

/** The configuration file that Deno finds for this program: the next one, from its folder upwards. */
function nearestConfig(): string | undefined {
  try {
    for (let folder = programFolder();; folder = folder.slice(0, folder.lastIndexOf("/"))) {
      const found = ["deno.json", "deno.jsonc"].map((name) => `${folder}/${name}`).find(isThere);
      if (found || folder === "") return found;
    }
  } catch {
    return undefined; // It may not be looked for.
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
