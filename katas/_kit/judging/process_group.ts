/** Child processes that can always be ended, with all that they started. */
import nodeProcess from "node:process";

const maxOutput = 256 * 1024;

/** Milliseconds for which the output is still read when the process has ended. */
const lastWords = 1_000;

/** How a child process ended. */
export interface Ended {
  /** The exit code; 128 and the signal's number if a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
  /** Whether it was ended because its time was up. */
  timedOut: boolean;
}

/** How to run it. */
export interface RunOptions {
  /** Milliseconds after which it is killed. */
  timeout: number;
  /** Whether all that it starts is killed with it, and all of them when this process dies. */
  group?: boolean;
  /** The folder to run it in. */
  cwd?: string | URL;
  /** Kills it when aborted. */
  signal?: AbortSignal;
  /** How wide the screen is on which its output will be shown. */
  columns?: number;
  /**
   * The folder for its temporary files, on Linux; else that is the system's, where those of a killed one stay.
   * On macOS the names of sockets in it would be too long.
   */
  temporary?: string;
}

/**
 * Runs Deno with these arguments. After `timeout` milliseconds, or when the signal is aborted, it is
 * killed. With `group` it leads a process group of its own, and nobody in the group outlives it, or this
 * process. Of its output the first and the last 128 KiB are kept.
 *
 * @throws The signal's reason if it is aborted.
 */
export async function runDeno(
  args: string[],
  { timeout, group = false, cwd, signal, columns, temporary }: RunOptions,
): Promise<Ended> {
  signal?.throwIfAborted();
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: {
      NO_COLOR: "1",
      ...columns ? { COLUMNS: String(columns) } : {},
      ...temporary && Deno.build.os === "linux" ? { TMPDIR: temporary } : {},
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: group,
  }).spawn();
  const guard = group ? startGuard(child.pid) : undefined;
  let timedOut = false;
  const end = () => kill(group ? -child.pid : child.pid);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeout);
  signal?.addEventListener("abort", end);
  const closing = new AbortController();
  const output = Promise.all([
    capped(child.stdout, closing.signal),
    capped(child.stderr, closing.signal),
  ]);
  const { code } = await child.status;
  clearTimeout(timer);
  signal?.removeEventListener("abort", end);
  if (group) kill(-child.pid);
  await guard?.dismiss();
  // A program that has left the group, or was never in one, may hold the pipes open for ever.
  const lastTimer = setTimeout(() => closing.abort(), lastWords);
  const [stdout, stderr] = await output;
  clearTimeout(lastTimer);
  signal?.throwIfAborted();
  return { code, stdout, stderr, timedOut };
}

/** A child process to talk to. */
export interface Talking {
  stdin: WritableStream<Uint8Array>;
  stdout: ReadableStream<Uint8Array>;
  /** Ends it, with all that it has started. */
  kill(): void;
  /** Settled when it has ended. */
  ended: Promise<void>;
}

/** Starts Deno in a process group of its own, to talk to it. Nobody in the group outlives this process. */
export function startDeno(
  args: string[],
  { cwd, signal }: Pick<RunOptions, "cwd" | "signal">,
): Talking {
  signal?.throwIfAborted();
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  const guard = startGuard(child.pid);
  const end = () => kill(-child.pid);
  signal?.addEventListener("abort", end);
  const ended = async () => {
    await child.status;
    signal?.removeEventListener("abort", end);
    end();
    await guard.dismiss();
  };
  return { stdin: child.stdin, stdout: child.stdout, kill: end, ended: ended() };
}

/**
 * Starts a shell that kills a process group when this process dies, however it dies: the pipe to the
 * shell ends then.
 */
function startGuard(leader: number): { dismiss(): Promise<void> } {
  // Ctrl-C goes to the shell as well, which has to live until it has seen the end of the pipe.
  const guarding = `trap "" HUP INT TERM; read -r line || kill -KILL -${leader}`;
  const shell = new Deno.Command("sh", {
    args: ["-c", guarding],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async dismiss() {
      const writer = shell.stdin.getWriter();
      await writer.write(new TextEncoder().encode("\n"));
      await writer.close();
      await shell.status;
    },
  };
}

/** Kills a process, or a group of processes by the negative number of its leader. */
function kill(process: number): void {
  try {
    Deno.kill(process, "SIGKILL");
  } catch (error) {
    // All of them have ended already.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether there is such a process, be it a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return nodeProcess.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Reads a stream to its end or until the signal, and keeps its beginning and its end. */
async function capped(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let start = "";
  let end = "";
  let dropped = false;
  const write = (chunk: Uint8Array) => {
    const text = decoder.decode(chunk, { stream: true });
    if (start.length < maxOutput / 2) {
      start += text;
      return;
    }
    end += text;
    if (end.length > maxOutput / 2) {
      end = end.slice(-maxOutput / 2);
      dropped = true;
    }
  };
  try {
    await stream.pipeTo(new WritableStream({ write }), { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return dropped ? `${start}\n... output left out ...\n${end}` : start + end;
}
