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

/** From these hosts Deno lets a program import that is not told otherwise. */
const usualHosts = [
  "jsr.io",
  "deno.land",
  "esm.sh",
  "raw.esm.sh",
  "cdn.jsdelivr.net",
  "raw.githubusercontent.com",
  "gist.githubusercontent.com",
].map((host) => `${host}:443`);

/** A host that nobody can have. */
const nowhere = "none.invalid";

/**
 * The flags for a child. Deno does not tell to what a permission is limited: the command line does. What
 * it does not name either, a child must do without. What it needs it may have as far as this program may.
 */
export function permissionFlags(needs: readonly Wanted[]): string[] {
  const args = commandLine();
  const denials = args.filter((arg) => /^--(deny|ignore)-/.test(arg));
  const names = Object.keys(kinds) as Name[];
  const allowed = names.flatMap((name) => {
    const isKnown = knowsDenials(name, args);
    if (isGranted({ name }, isKnown)) return [`--allow-${name}`];
    const limits = [...limitsOf(name, args), ...needs.flatMap((need) => need[name] ?? [])]
      // A comma would begin another limit.
      .filter((limit) => !limit.includes(",") && isGranted(limited(name, limit), isKnown));
    if (limits.length > 0) return [`--allow-${name}=${limits.join(",")}`];
    return name === "import" ? importFlags() : [];
  });
  return [...allowed, ...denials];
}

/** Without a flag a child might import from hosts from which this program may not, or not any more. */
function importFlags(): string[] {
  const hosts = usualHosts.filter((host) => isGranted(limited("import", host), false));
  return hosts.length === usualHosts.length ? [] : [`--allow-import=${hosts.join(",") || nowhere}`];
}

/** What the permission was limited to at the start. */
function limitsOf(name: Name, args: readonly string[]): string[] {
  return valuesOf(args, [`--allow-${name}`, kinds[name].short]);
}

/**
 * Whether the child has all that is denied here when it has the same flags. A set of the configuration may
 * deny more than the command line, and a path means another one since the program has gone to another folder.
 */
function knowsDenials(name: Name, args: readonly string[]): boolean {
  if (args.some((arg) => /^(-\w*P|--permission-set)/.test(arg))) return false;
  const denied = valuesOf(args, [`--deny-${name}`, `--ignore-${name}`]);
  const isStillDenied = (value: string) => stateOf(limited(name, value))?.state === "denied";
  return denied.length > 0 && (kinds[name].limit === "host" || denied.every(isStillDenied));
}

function valuesOf(args: readonly string[], flags: readonly (string | undefined)[]): string[] {
  return args.flatMap((arg) => {
    const [, flag, list] = arg.match(/^([^=]+)=(.*)$/s) ?? [];
    return flag && flags.includes(flag) ? list.split(",") : [];
  });
}

/** Whether all of it is granted, except for what is denied to the child as well. */
function isGranted(descriptor: Deno.PermissionDescriptor, knowsDenials: boolean): boolean {
  const status = stateOf(descriptor);
  return status?.state === "granted" && (!status.partial || knowsDenials);
}

function limited(name: Name, limit: string): Deno.PermissionDescriptor {
  return { name, [kinds[name].limit]: limit } as Deno.PermissionDescriptor;
}

function stateOf(descriptor: Deno.PermissionDescriptor): Deno.PermissionStatus | undefined {
  try {
    return Deno.permissions.querySync(descriptor);
  } catch {
    return undefined; // It is written in a way that only the command line understands.
  }
}
