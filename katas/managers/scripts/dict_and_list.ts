// Ten processes write into one dict and turn one list round. Both are in a manager, so that main sees what
// they have done.
import { Process } from "#solutions/processes/processes.ts";
import { type DictKey, type DictProxy, type ListProxy, Manager } from "../managers.ts";

type Value = string | number | null;

export async function change(d: DictProxy<DictKey, Value>, l: ListProxy<number>): Promise<void> {
  await d.set(1, "1");
  await d.set("2", 2);
  await d.set(0.25, null);
  await l.reverse();
}

// The module is loaded in each child as well. Only the main process has a manager.
if (import.meta.main) {
  await using manager = await Manager.start();
  const d = await manager.dict<DictKey, Value>();
  const l = await manager.list(Array(10).keys());
  const children = Array.from({ length: 10 }, () => {
    return new Process({ module: import.meta.url, target: "change", args: [d, l] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
  console.log(new Map(await d.entries()));
  // It was turned round ten times.
  console.log(await l.slice());
}
