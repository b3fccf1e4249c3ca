// A process and its child tell who has started them. The parent of the child is the main process.
import { currentProcess, Process } from "../processes.ts";

function info(title: string): void {
  const { name, pid, parentPid } = currentProcess();
  console.log(title);
  console.log(`process name: ${name}`);
  console.log(`parent process: ${parentPid}`);
  console.log(`process id: ${pid}`);
  console.log();
}

export function f(name: string): void {
  info("called from the child process, function f");
  console.log(`hello ${name}`);
}

// The module is loaded in the child as well. Only the main process starts one.
if (import.meta.main) {
  info("main process line");
  const process = new Process({ module: import.meta.url, target: "f", args: ["bob"] });
  process.start();
  await process.join();
}
