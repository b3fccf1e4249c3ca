/**
 * The permissions of a child: what this program may do, and never more.
 *
 * @module
 */
import { commandLine } from "./program.ts";

/** How each permission is called, in short, and what it is limited to. */
const kinds = {
  read: { short: "-R", limit: "path" },
  write: { short: "-W", limit: "path" },
  net: { short: "-N", limit: "host" },
  env: { short: "-E", limit: "variable" },
  sys: { short: "-S", limit: "kind" },
  import: { short: "-I", limit: "host" },
  run: { short: undefined, limit: "command" },
  ffi: { short: undefined, limit: "path" },
} as const;

type Name = keyof typeof kinds;

/** One limit of each permission. */
type Wanted = Partial<Record<Name, string>>;

/**
 * The flags for a child. Deno does not tell to what a permission is limited: the command line does. What
 * it does not name either, a child must do without. It may have its own line besides, and what it needs as
 * far as this program may.
 */
export function permissionFlags(line: Wanted, needs: readonly Wanted[]): string[] {
  const args = commandLine();
  const denials = args.filter((arg) => /^--(deny|ignore)-/.test(arg));
  const names = Object.keys(kinds) as Name[];
  const allowed = names.flatMap((name) => {
    const { state, partial } = Deno.permissions.querySync({ name });
    const isKnown = !partial || denials.some((arg) => arg.split("=")[0].endsWith(`-${name}`));
    if (state === "granted" && isKnown) return [`--allow-${name}`];
    const needed = needs.flatMap((need) => need[name] ?? []).filter((it) => isGranted(name, it));
    const limits = [...limitsOf(name, args), ...needed, ...line[name] ? [line[name]] : []];
    return limits.length > 0 ? [`--allow-${name}=${limits.join(",")}`] : [];
  });
  return [...allowed, ...denials];
}

/** What the permission was limited to at the start, and is granted still. */
function limitsOf(name: Name, args: readonly string[]): string[] {
  const { short } = kinds[name];
  const listed = args.flatMap((arg) => {
    const [, flag, list] = arg.match(/^([^=]+)=(.*)$/s) ?? [];
    return flag === `--allow-${name}` || flag && flag === short ? list.split(",") : [];
  });
  return listed.filter((value) => isGranted(name, value));
}

function isGranted(name: Name, value: string): boolean {
  try {
    const descriptor = { name, [kinds[name].limit]: value } as Deno.PermissionDescriptor;
    const { state, partial } = Deno.permissions.querySync(descriptor);
    return state === "granted" && !partial;
  } catch {
    return false; // It is written in a way that only the command line understands.
  }
}
