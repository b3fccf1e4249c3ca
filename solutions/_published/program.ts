// The program of a project that has the library from a registry. It prints what its threads have done.
import {
  atExit,
  currentThread,
  Lock,
  Queue,
  Semaphore,
  Service,
  startDaemon,
  startForeground,
  Thread,
} from "@concurrency/katas";

const module = import.meta.url;
const say = (text: string) => console.log(`${currentThread().name}: ${text}`);

export function work(text: string): void {
  say(text);
}

export function passOn(): void {
  new Thread({ module, target: "work", args: ["started by a thread"], name: "inner" }).start();
}

export function sleepForEver(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

export function serve(stop: { wait(): boolean }): void {
  stop.wait();
  say("flushed");
}

export class SayHi extends Thread {
  static override readonly module = module;

  constructor(readonly text: string) {
    super({ name: "hi" });
  }

  override run(): void {
    say(this.text);
  }
}

/** Threads of every kind, one after the other. */
async function main(): Promise<void> {
  await new Promise<void>((resolve) => {
    const thread = new Thread({ module, target: "work", args: ["its work"], name: "thread" });
    thread.start();
    void thread.join().then(() => resolve());
  });
  const hi = new SayHi("a subclass");
  hi.start();
  await hi.join();
  startDaemon({ module, target: "sleepForEver", name: "daemon" });
  using _lock = new Lock().hold();
  using _permit = new Semaphore(1).hold();
  const queue = new Queue<string>();
  await queue.put("locks and queues");
  say(await queue.get());
  atExit(() => say("the end"));
  const service = new Service({ module, target: "serve", name: "service" });
  service.start();
  await service.ready;
  await startForeground({ module, target: "passOn", name: "outer" }).join();
}

if (import.meta.main) await main();
