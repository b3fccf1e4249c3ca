/** `deno bench -P solutions/shared_memory`: shared numbers beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { SharedArray, SharedMemory } from "./shared_memory.ts";

const count = 100_000;
const length = 1_024;
const times = `${count.toLocaleString("en")} times`;

const ints = new SharedArray("i", length);
const doubles = new SharedArray("d", length);
const bare = new Int32Array(SharedMemory.create(4 * length).buffer);
let sum = 0;

const work: Record<string, Record<string, (i: number) => void>> = {
  [`read a number, ${times}`]: {
    'SharedArray("i")': (i) => sum += ints.at(i),
    'SharedArray("d")': (i) => sum += doubles.at(i),
    "bare Atomics.load on shared memory": (i) => sum += Atomics.load(bare, i),
  },
  [`write a number, ${times}`]: {
    'SharedArray("i")': (i) => ints.set(i, i),
    'SharedArray("d")': (i) => doubles.set(i, i),
    "bare Atomics.store on shared memory": (i) => void Atomics.store(bare, i, i),
  },
  [`add to a number, ${times}`]: {
    'SharedArray("i")': (i) => void ints.add(i, 1),
    "bare Atomics.add on shared memory": (i) => void Atomics.add(bare, i, 1),
  },
};

const python = [
  "total += array[i % 1024]",
  "array[i % 1024] = i",
  "with lock: array[i % 1024] += 1",
];

for (const [i, [group, kinds]] of Object.entries(work).entries()) {
  for (const [j, [name, run]] of Object.entries(kinds).entries()) {
    Deno.bench(name, { group, baseline: j === 0 }, () => {
      for (let k = 0; k < count; k++) run(k % length);
    });
  }
  const milliseconds = await runPython(`
import multiprocessing, time
array = multiprocessing.Array("i", 1024)
lock = array.get_lock()
total, times = 0, []
for _ in range(5):
    start = time.perf_counter()
    for i in range(${count}):
        ${python[i]}
    times.append((time.perf_counter() - start) * 1000)
print(min(times))
`);
  benchPython("CPython multiprocessing.Array", group, milliseconds, count);
}
