/** The types that every manager has. */
import { Dict, List, Namespace, Value } from "./containers.ts";
import type { DictKey } from "./managers.ts";
import { Belt, Flag, Hatch, Meeting, Mutex, mutexOf, Permits, RMutex } from "./synchronizers.ts";

/** What can be made: how, and what can be called then. */
export interface Type {
  make(...args: unknown[]): object | Promise<object>;
  methods: readonly string[];
  knowsCaller?: boolean;
}

/** The types that every manager has. */
export const builtIn: Record<string, Type> = {
  dict: {
    make: (entries) => new Dict(entries as [DictKey, unknown][]),
    methods: [
      ...["get", "set", "has", "delete", "size", "keys", "values", "entries", "clear"],
      ...["setDefault", "update", "pop", "popItem", "iterate"],
    ],
  },
  list: {
    make: (items) => new List(items as unknown[]),
    methods: [
      ...["at", "set", "size", "slice", "iterate", "append", "extend", "insert", "pop", "delete"],
      ...["remove", "index", "includes", "count", "sort", "reverse", "clear", "repeat"],
    ],
  },
  array: {
    make: (items) => new List(items as unknown[]),
    methods: ["at", "set", "size", "slice", "iterate"],
  },
  namespace: {
    make: (values) => new Namespace(values as Record<string, unknown>),
    methods: ["get", "set", "delete", "names"],
  },
  value: { make: (value) => new Value(value), methods: ["get", "set"] },
  lock: {
    make: () => new Mutex(),
    methods: ["acquire", "release", "locked"],
    knowsCaller: true,
  },
  rlock: {
    make: () => new RMutex(),
    methods: ["acquire", "release", "locked"],
    knowsCaller: true,
  },
  semaphore: {
    make: (value) => new Permits(value as number),
    methods: ["acquire", "release", "value"],
    knowsCaller: true,
  },
  boundedSemaphore: {
    make: (value) => new Permits(value as number, value as number),
    methods: ["acquire", "release", "value"],
    knowsCaller: true,
  },
  condition: {
    make: (lock) => new Hatch(lock === undefined ? new RMutex() : mutexOf(lock)),
    methods: ["acquire", "release", "locked", "wait", "notify", "notifyAll"],
    knowsCaller: true,
  },
  event: {
    make: () => new Flag(),
    methods: ["set", "clear", "isSet", "wait"],
    knowsCaller: true,
  },
  barrier: {
    make: (parties, timeout) => new Meeting(parties as number, timeout as number),
    methods: ["wait", "reset", "abort", "parties", "waiting", "broken"],
    knowsCaller: true,
  },
  queue: {
    make: (maxsize) => new Belt(maxsize as number),
    methods: [
      ...["put", "get", "putNowait", "getNowait", "size", "isEmpty", "isFull"],
      ...["taskDone", "join", "shutdown"],
    ],
    knowsCaller: true,
  },
};
