/**
 * Programs of fixtures of which each Worker is made of the program's own file. It imports nothing: they need
 * not load the kit.
 */

/**
 * Runs the program to its end, if this is it. In one of its Workers it does what that is told to, and tells
 * what comes of it.
 */
export async function programOrWorker<Work>(
  program: () => Promise<void>,
  doWork: (work: Work) => unknown,
): Promise<void> {
  if (!("postMessage" in globalThis)) {
    await program();
    Deno.exit();
  }
  const here = globalThis as unknown as Worker;
  here.onmessage = ({ data }) => here.postMessage(doWork(data));
}

/** Tells a new Worker of the file what to do, and resolves to what comes of it. */
export function inWorker<Result>(file: string, work: unknown): Promise<Result> {
  const worker = new Worker(file, { type: "module" });
  worker.postMessage(work);
  return new Promise((done) => worker.onmessage = ({ data }) => done(data));
}
