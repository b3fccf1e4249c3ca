// A daemon waits for five threads, a second for each. The main thread waits two and a half seconds for
// the daemon and ends. With it ends everything: the last threads are never started.
import { Thread } from "#solutions/threads/threads.ts";
import { startDaemon } from "../daemons.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function run(number: number): Promise<void> {
  console.log(`[${number}] ------ running ------`);
  await pause(2_000);
  console.log(`[${number}] ------ done ------`);
}

export async function startFive(): Promise<void> {
  for (let number = 0; number < 5; number++) {
    // It is a daemon, as the thread that makes it.
    const thread = new Thread({ module: import.meta.url, target: "run", args: [number] });
    console.log(`starting thread ${number}`);
    thread.start();
    await thread.join({ timeout: 1_000 });
  }
}

// The module is loaded in each thread as well. Only the main thread starts the daemon.
if (import.meta.main) {
  const starter = startDaemon({ module: import.meta.url, target: "startFive" });
  await starter.join({ timeout: 2_500 });
  console.log("------ main thread done ------");
}
