// Three cars stop at a red light and go on at green, ten times as fast as in the tutorial. It runs until
// Ctrl-C, or for `--for <seconds>`.
import { parseArgs } from "node:util";
import { Thread } from "#solutions/threads/threads.ts";
import { Event, TrafficLight } from "../events.ts";

const second = 100;

export function play(light: SharedArrayBuffer, stop: SharedArrayBuffer): void {
  TrafficLight.attach(light).run(Event.attach(stop));
}

export function drive(number: number, buffer: SharedArrayBuffer, stop: SharedArrayBuffer): void {
  const light = TrafficLight.attach(buffer);
  const end = Event.attach(stop);
  while (!end.wait({ timeout: Math.random() * 10 * second })) {
    if (light.colour !== "red") console.log(`car [${number}] is running`);
    else {
      console.log(`car [${number}] is waiting for the red light`);
      if (light.waitForGreen({ timeout: 8 * second })) {
        console.log(`car [${number}] goes on at green`);
      }
    }
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ args: Deno.args, options: { for: { type: "string" } } });
  const light = new TrafficLight({ green: 10 * second, yellow: 3 * second, red: 7 * second });
  const stop = new Event();
  const start = (target: string, ...args: unknown[]) => {
    const thread = new Thread({ module: import.meta.url, target, args });
    thread.start();
    return thread;
  };
  const threads = [1, 2, 3].map((number) => start("drive", number, light.buffer, stop.buffer));
  threads.push(start("play", light.buffer, stop.buffer));

  const paint = Deno.stdout.isTerminal() && !Deno.noColor;
  const ansi = { green: 42, yellow: 43, red: 41 };
  light.waitForGreen();
  const lamp = setInterval(() => {
    const line = `--${light.colour} light on--`;
    console.log(paint ? `\x1b[${ansi[light.colour as keyof typeof ansi]};1m${line}\x1b[0m` : line);
  }, second);
  const end = () => stop.set();
  Deno.addSignalListener("SIGINT", end);
  if (values.for) setTimeout(end, Number(values.for) * 1_000);

  await Promise.all(threads.map((thread) => thread.join()));
  clearInterval(lamp);
  Deno.removeSignalListener("SIGINT", end);
  console.log("light off");
}
