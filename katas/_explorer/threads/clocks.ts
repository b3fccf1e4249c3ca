/** The clocks of a thread under exploration: they tell the program's time, or may not be asked. */
import { exploration } from "./exploration.ts";
import { guardedMethods, type StandIn } from "./guarded.ts";
import { request } from "./run.ts";

const wallStart = 1_600_000_000_000;
const RealDate = Date;
const { now: dateNow } = Date;
const now = performance.now.bind(performance);
const { timeOrigin } = performance;

function wallClock(): number {
  return exploration ? wallStart + (request("clock") as number) : dateNow();
}

const StandInDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [wallClock()], newTarget),
  apply: (target) => String(new target(wallClock())),
});

const { DateTimeFormat } = Intl;
const { formatToParts } = DateTimeFormat.prototype;
const format = getterOf(DateTimeFormat.prototype, "format");
const timeStamp = getterOf(Event.prototype, "timeStamp");

// deno-lint-ignore no-explicit-any
const { Temporal } = globalThis as any;

/** What stands in for the clocks. */
export const clocks: readonly StandIn[] = [
  [Performance.prototype, "now", { value: () => exploration ? request("clock") : now() }],
  [Performance.prototype, "timeOrigin", { get: () => exploration ? wallStart : timeOrigin }],
  ...guardedMethods(Performance.prototype, "performance", { but: ["now"] }),
  [RealDate, "now", { value: wallClock }],
  [globalThis, "Date", { value: StandInDate }],
  [RealDate.prototype, "constructor", { value: StandInDate }],
  [DateTimeFormat.prototype, "format", {
    get(this: Intl.DateTimeFormat) {
      const real = format.call(this);
      return (date?: Date) => real(date ?? wallClock());
    },
  }],
  [DateTimeFormat.prototype, "formatToParts", {
    value(this: Intl.DateTimeFormat, date?: Date) {
      return formatToParts.call(this, date ?? wallClock());
    },
  }],
  [Event.prototype, "timeStamp", {
    get(this: Event) {
      return exploration ? request("clock") : timeStamp.call(this);
    },
  }],
  ...guardedMethods(Temporal?.Now, "Temporal.Now", { but: ["timeZoneId"] }),
];

// deno-lint-ignore no-explicit-any
function getterOf(owner: object, key: string): (this: unknown) => any {
  return Object.getOwnPropertyDescriptor(owner, key)!.get!;
}
