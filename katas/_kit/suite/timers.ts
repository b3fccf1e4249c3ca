/** Whether somebody looks now and then. This imports nothing: a program need not load the kit. */

/** Counts from now on how often a timer of this program calls somebody. */
export function countTimers(): () => number {
  let calls = 0;
  const counting = <Start extends typeof setTimeout | typeof setInterval>(start: Start): Start =>
    new Proxy(start, {
      apply(start, self, [callback, ...rest]) {
        const counted = (...args: unknown[]) => (calls++, callback(...args));
        return Reflect.apply(start, self, [counted, ...rest]);
      },
    });
  globalThis.setTimeout = counting(setTimeout);
  globalThis.setInterval = counting(setInterval);
  return () => calls;
}
