/** `deno bench -P solutions/daemons`: a flag, and how soon a service has stopped, in one run. */
import { Flag, Service } from "./daemons.ts";
import { Thread } from "#solutions/threads/threads.ts";

const rounds = 10_000;

const looking = `${rounds} looks at a flag that is down`;
const flag = new Flag();
const word = new Int32Array(new SharedArrayBuffer(4));

Deno.bench("Flag.isRaised", { group: looking, baseline: true }, () => {
  for (let i = 0; i < rounds; i++) if (flag.isRaised) throw new Error("Nobody raised it");
});

Deno.bench("bare Atomics.load", { group: looking }, () => {
  for (let i = 0; i < rounds; i++) {
    if (Atomics.load(word, 0) === 1) throw new Error("Nobody raised it");
  }
});

Deno.bench("Flag.wait({ timeout: 0 })", { group: looking }, () => {
  for (let i = 0; i < rounds; i++) {
    if (flag.wait({ timeout: 0 })) throw new Error("Nobody raised it");
  }
});

const life = "start a thread, and have it end";
const module = "data:text/javascript,export const wait = (stop) => stop.wait();" +
  "export const nothing = () => {};";

Deno.bench("Service, told to stop", { group: life, baseline: true }, async () => {
  const service = new Service({ module, target: "wait" });
  service.start();
  await service.stop();
});

Deno.bench("Thread that does nothing", { group: life }, async () => {
  const thread = new Thread({ module, target: "nothing" });
  thread.start();
  await thread.join();
});
