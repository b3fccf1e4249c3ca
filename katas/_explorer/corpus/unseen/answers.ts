/** Questions that only the world outside of a program can answer, each refused or answered by the machine. */
import cryptoModule, * as nodeCrypto from "node:crypto";
import { randomInt } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import { performance as nodePerformance } from "node:perf_hooks";
import nodeProcess, { hrtime, pid } from "node:process";
import { setTimeout as nodeTimeout } from "node:timers";
import { inspect } from "node:util";
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";
import { check } from "../parts.ts";

// deno-lint-ignore no-explicit-any
const globals = globalThis as any;
const { random } = Math;
const { now } = Date;
const EarlyDate = Date;
const settled = Promise.resolve();
const { uptime: osUptime } = os;
const decoder = new TextDecoder();
let turn = 0;

/** Who asks this depends on more than the program. */
const outsiders: Record<string, [name: string, () => unknown]> = {
  "random numbers, taken before": ["Math.random", random],
  "random numbers by a name": ["Math.random", () => Reflect.get(Math, "random")()],
  "random whole numbers": ["node:crypto.randomInt", () => randomInt(2)],
  "random bytes": ["node:crypto.randomBytes", () => nodeCrypto.randomBytes(1)[0]],
  "random bytes that fill": [
    "node:crypto.randomFillSync",
    () => nodeCrypto.randomFillSync(new Uint8Array(1))[0],
  ],
  "a random name": ["node:crypto.randomUUID", () => nodeCrypto.randomUUID()],
  "a random name of the module": ["node:crypto.randomUUID", () => cryptoModule.randomUUID()],
  "pseudo-random bytes": [
    "node:crypto.pseudoRandomBytes",
    () => nodeCrypto.pseudoRandomBytes(1)[0],
  ],
  "random values": ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))[0]],
  "random values of the module": [
    "crypto.getRandomValues",
    () => nodeCrypto.webcrypto.getRandomValues(new Uint8Array(1))[0],
  ],
  "random values of the class": [
    "crypto.getRandomValues",
    () => Crypto.prototype.getRandomValues.call(crypto, new Uint8Array(1)),
  ],
  "a random UUID": ["crypto.randomUUID", () => crypto.randomUUID()],
  "a mark": ["performance.mark", () => performance.mark("a").startTime],
  "a measure": ["performance.measure", () => performance.measure("a").duration],
  "entries": ["performance.getEntries", () => performance.getEntries().length],
  "performance as JSON": ["performance.toJSON", () => JSON.stringify(performance)],
  "hrtime": ["process.hrtime", () => globals.process.hrtime()[1]],
  "hrtime as a long integer": ["process.hrtime.bigint", () => globals.process.hrtime.bigint()],
  "hrtime of the module": ["node:process.hrtime", () => hrtime()[1]],
  "a long hrtime of the module": ["node:process.hrtime.bigint", () => hrtime.bigint()],
  "uptime": ["process.uptime", () => globals.process.uptime()],
  "uptime of the machine": ["node:os.uptime", () => os.uptime()],
  "uptime of the machine, taken before": ["node:os.uptime", osUptime],
  "free memory": ["node:os.freemem", () => os.freemem()],
  "memory in use": ["process.memoryUsage", () => globals.process.memoryUsage().heapUsed],
  "memory in use, all": ["process.memoryUsage.rss", () => globals.process.memoryUsage.rss()],
  "memory that Deno uses": ["Deno.memoryUsage", () => Deno.memoryUsage().rss],
  "time that was used": ["process.cpuUsage", () => globals.process.cpuUsage().user],
  "the environment": ["process.env.HELD", () => globals.process.env.HELD = "1"],
  "the environment of the module": ["Deno.env.get", () => nodeProcess.env.HELD],
  "the environment of Deno": ["Deno.env.set", () => Deno.env.set("HELD", "1")],
  "the process's number": ["Deno.pid", () => Deno.pid],
  "a file": ["Deno.readTextFileSync", () => Deno.readTextFileSync("/etc/hostname")],
  "a file by Node's module": ["node:fs.existsSync", () => fs.existsSync("/etc/hostname")],
  "the host": ["Deno.hostname", () => Deno.hostname()],
  "another process": ["new Deno.Command", () => new Deno.Command("true").outputSync()],
  "a storage": ["localStorage", () => localStorage.length],
  "another clock": ["Temporal.Now.instant", () => Temporal.Now.instant().epochMilliseconds],
  "the time of a file": ["new File", () => new File([], "a").lastModified],
  "what is still held": ["new WeakRef", () => new WeakRef({}).deref()],
  "what is held no longer": ["new FinalizationRegistry", () => new FinalizationRegistry(() => {})],
  "a timer by Node's module": ["node:timers.setTimeout", () => nodeTimeout(() => {}, 1)],
  "a promise": ["A promise", () => void settled.then(() => turn++)],
  "a decoder that remembers": [
    "TextDecoder.decode with `stream`",
    () => decoder.decode(new Uint8Array(1), { stream: true }),
  ],
  "a URL of an object": ["URL.createObjectURL", () => URL.createObjectURL(new Blob([]))],
  "who listens to the program": [
    "globalThis.addEventListener",
    () => addEventListener("held", () => {}),
  ],
  "what tells the program": [
    "globalThis.dispatchEvent",
    () => globalThis.dispatchEvent(new Event("held")),
  ],
  "how many processors there are": [
    "navigator.hardwareConcurrency",
    () => navigator.hardwareConcurrency,
  ],
  "what a pattern has matched": ["RegExp.$1", () => RegExp.$1],
};

export const answers: Record<string, Claim> = Object.fromEntries([
  ...Object.entries(outsiders).map(([name, [what, ask]]) => [
    name,
    claim(`${what} cannot be explored`, {
      shared: () => ({ m: cells(2) }),
      threads: 2,
      run({ m }) {
        try {
          ask();
        } catch {
          // Learners write this.
        }
        Atomics.store(m, 0, 1);
      },
    }),
  ]),
  // Each tells the program's time.
  ...Object.entries({
    "Date.now, taken before": now,
    "Date taken before": () => new EarlyDate().getTime(),
    "a Date of a Date": () => new (new Date(0).constructor as DateConstructor)().getTime(),
    "a Date that is called": () => Date.parse(Date()),
    "a class of dates": () => new (class extends Date {})().getTime(),
    "Reflect.construct": () => (Reflect.construct(Date, []) as Date).getTime(),
    "performance of the module": () => nodePerformance.now(),
    "the origin of time": () => performance.timeOrigin + performance.now(),
    "a format of now": () =>
      Date.parse(
        new Intl.DateTimeFormat("en", { timeStyle: "medium", dateStyle: "short" }).format(),
      ),
    "the time of an event": () => new Event("a").timeStamp,
  }).map(([name, clock]) => [
    name,
    claim("proved: all", {
      shared: () => ({ m: cells(2) }),
      timers: "quiet",
      threads: {
        A({ m }, thread) {
          const start = clock();
          thread.sleep(2_000);
          check(clock() - start === 2_000, "another clock");
          Atomics.load(m, 0);
        },
        B: ({ m }) => void Atomics.load(m, 0),
      },
    }),
  ]),
  [
    "the number of the process by the module",
    claim("proved", {
      shared: () => ({ m: cells(2) }),
      threads: { A: ({ m }) => Atomics.store(m, 0, pid) },
    }),
  ],
  [
    "the stack of an error has no places",
    claim("proved: the only schedule", {
      shared: () => ({ m: cells(2) }),
      threads: {
        A({ m }) {
          Atomics.load(m, 0);
          check(new TypeError("a").stack === "TypeError: a", "a place");
          const here = { stack: "" };
          Error.captureStackTrace(here);
          check(here.stack === "Error", "another place");
        },
      },
    }),
  ],
  [
    "what shows an array reads it",
    claim("Shared memory is reached in a way that the explorer", {
      shared: () => ({ m: cells(2) }),
      threads: { A: ({ m }) => Atomics.store(m, 0, inspect(m).length) },
    }),
  ],
  [
    "what shows other things",
    claim("proved: the only schedule", {
      shared: () => ({ m: cells(2) }),
      threads: {
        A: ({ m }) => Atomics.store(m, 0, inspect([1]).length + Deno.inspect([1]).length),
      },
      after: ({ m }) => check(m[0] === 10, "another text"),
    }),
  ],
]);
