/**
 * A Worker that asks the kernel for locks. What was asked for cannot be called off, and keeps a program
 * alive until it is granted; a Worker can be ended. So who may give up lets a Worker ask.
 *
 * It keeps nothing: what it is granted it gives back at once, and tells, so that its program takes it.
 *
 * @module
 */

/** Asks for the lock of each file, and tells whenever one of them was free a moment ago. */
export class LockAsker {
  readonly #worker = new Worker(program, { type: "module" });

  /** `wasFree` is called then. The Worker asks for that lock again, until it is dismissed. */
  constructor(paths: readonly string[], wasFree: () => void, failed: (error: Error) => void) {
    this.#worker.onmessage = ({ data: path }) => {
      wasFree();
      this.#worker.postMessage(path);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      failed(new Error(event.message));
    };
    for (const path of paths) this.#worker.postMessage(path);
  }

  /** Ends the Worker. The kernel may still grant what it has asked for, and gets it back at once. */
  dismiss(): void {
    this.#worker.terminate();
  }
}

/**
 * What the Worker does. Its own text makes the program: of a module in a file `deno test` would check the
 * types first, while somebody waits.
 */
function serve(): void {
  const here = globalThis as unknown as Worker;
  const files = new Map<string, Deno.FsFile>();
  here.onmessage = async ({ data: path }) => {
    if (!files.has(path)) files.set(path, Deno.openSync(path, { read: true, write: true }));
    const file = files.get(path)!;
    await file.lock(true);
    file.unlockSync();
    here.postMessage(path);
  };
}

const program = `data:text/javascript,${encodeURIComponent(`(${serve})()`)}`;
