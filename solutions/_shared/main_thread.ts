/**
 * Who is the main thread.
 *
 * @module
 */
import { isMainThread } from "node:worker_threads";

/** Whether this is the program's main thread. Of a Web Worker `isMainThread` says so too. */
export const isOfMain: boolean = isMainThread && !("WorkerGlobalScope" in globalThis);
