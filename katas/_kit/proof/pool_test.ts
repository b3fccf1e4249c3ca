import { assertEquals, assertRejects } from "@std/assert";
import { doAll, type Job } from "./pool.ts";

const job = (name: string, cost: number, run: Job["run"] = () => Promise.resolve()): Job => ({
  name,
  cost,
  run,
});

Deno.test("doAll() begins with what takes longest, and does what a job returns", async () => {
  const done: string[] = [];
  const noting = (name: string, cost: number, more: Job[] = []) =>
    job(name, cost, () => {
      done.push(name);
      return Promise.resolve(more);
    });
  const jobs = [noting("short", 1), noting("long", 9, [noting("more", 5)]), noting("middle", 3)];
  const timed = await doAll(jobs, 1);
  assertEquals(done, ["long", "more", "middle", "short"]);
  assertEquals(timed.map(({ name }) => name).sort(), ["long", "middle", "more", "short"]);
});

Deno.test("doAll() does as many jobs at once as it may, and no more", async () => {
  let now = 0;
  let most = 0;
  const busy = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now--;
  };
  await doAll(Array.from({ length: 10 }, (_, i) => job(`${i}`, 1, busy)), 3);
  assertEquals(most, 3);
});

Deno.test("doAll() waits for what runs when a job fails, and begins nothing more", async () => {
  const done: string[] = [];
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done.push("slow");
  };
  const jobs = [
    job("fails", 9, () => Promise.reject(new Error("no"))),
    job("slow", 8, slow),
    job("late", 1, () => Promise.resolve(void done.push("late"))),
  ];
  await assertRejects(() => doAll(jobs, 2), Error, "no");
  assertEquals(done, ["slow"]);
});
