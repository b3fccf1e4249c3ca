/** What a program may do, found out by trying it. This imports nothing: a child need not load the kit. */

/** None of them does anything: what it takes for that is not there. */
const attempts: Record<string, () => unknown> = {
  "read a file": () => Deno.readTextFileSync("/nowhere/file"),
  "write a file": () => Deno.writeTextFileSync("/nowhere/file", ""),
  "connect to a port": async () => (await Deno.connect({ port: 1 })).close(),
  "run a program": () => new Deno.Command("/nowhere/program").outputSync(),
  "see the variable PATH": () => Deno.env.get("PATH"),
  "see the variable SECRET": () => Deno.env.get("SECRET"),
  "see how long the machine is up": () => Deno.osUptime(),
  "see the name of the machine": () => Deno.hostname(),
  "load a library": () => Deno.dlopen("/nowhere/library", {}).close(),
};

/** The attempts that no permission is against here, in one line. */
export async function permitted(): Promise<string> {
  const names = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      names.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) names.push(name);
    }
  }
  return names.join(", ");
}
