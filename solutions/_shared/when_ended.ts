/**
 * What remains to be done when this process has ended, however it ends: one that is killed does nothing any
 * more. A shell does it, which lives as long as this process, and whose input ends with it.
 *
 * @module
 */

/**
 * Starts a shell that then runs the script, in which `$1` is the argument. A line on its input lets it go
 * before.
 */
export function whenEnded(script: string, argument: string): Deno.ChildProcess {
  // Ctrl-C goes to the shell as well, which has to live until it has seen the end of its input.
  const args = ["-c", `trap "" HUP INT TERM; read -r line || { ${script}; }`, "sh", argument];
  const options = { args, stdin: "piped", stdout: "null", stderr: "null" } as const;
  return new Deno.Command("sh", options).spawn();
}
