/** A module that no probe can take, since it evaluates text. Its state is not seen. */
const counts = { here: 0 };

/** Counts where nobody sees it. */
export function counted(): number {
  return eval("counts.here++");
}

/** Answers by what it is given, in a module that no probe can take. */
export const larger = (value: number): number => value + 1;
void counts;
