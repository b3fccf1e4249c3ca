/** The learner's browser. */

const openers: Partial<Record<typeof Deno.build.os, [string, ...string[]]>> = {
  darwin: ["open"],
  windows: ["cmd", "/c", "start", ""],
};

/** Opens a page, if there is a browser. Where there is none, the address on the screen has to do. */
export async function openPage(url: string, signal: AbortSignal): Promise<void> {
  const [program, ...args] = openers[Deno.build.os] ?? ["xdg-open"];
  const options = { stdin: "null", stdout: "null", stderr: "null", signal } as const;
  try {
    await new Deno.Command(program, { args: [...args, url], ...options }).spawn().status;
  } catch {
    // There is no such program here.
  }
}
