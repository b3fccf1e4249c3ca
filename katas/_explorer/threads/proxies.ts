/** A Proxy holds on to its target and to its handler, which nobody could read. */
import type { StandIn } from "./guarded.ts";
import { known } from "./values.ts";

/** The real one, taken before any stand-in is put in its place: the explorer's own are to be no secret. */
export const RealProxy = Proxy;

/** What stands in for `Proxy`. */
export const proxies: readonly StandIn[] = [
  [globalThis, "Proxy", {
    value: new RealProxy(RealProxy, {
      construct(target, args, newTarget) {
        return known.made(0, () => args, Reflect.construct(target, args, newTarget) as object);
      },
    }),
  }],
];
