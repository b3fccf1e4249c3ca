import { assert, assertEquals, assertFalse } from "@std/assert";
import { cells, everySchedule, type VirtualThread } from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { type Colour, Event, type LightTimes, TrafficLight } from "./events.ts";

/** Bounds the search where another right solution may need many more states. */
const maxStates = 25_000;

interface Door {
  door: SharedArrayBuffer;
}

type Body<Shared> = (shared: Shared, thread: VirtualThread) => void;

const shut = (): Door => ({ door: new Event().buffer });

const open = (): Door => {
  const event = new Event();
  event.set();
  return { door: event.buffer };
};

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone<Shared>(shared: () => Shared, run: Body<Shared>) {
  return everySchedule({ shared, threads: 1, run });
}

function waitAtDoor({ door }: Door) {
  assertEquals(Event.attach(door).wait(), true, "Without a timeout wait can only return true");
}

/** Opens the door, and does `then`, at a time when all others who wait are asleep. */
const openLater = (then: (event: Event) => void = () => {}): Body<Door> => ({ door }, thread) => {
  thread.sleep(10);
  const event = Event.attach(door);
  event.set();
  then(event);
};

// -- [1] an event is set, and cleared --

test("[1] an event is not set at first, then set, then cleared", () =>
  alone(shut, ({ door }) => {
    const event = Event.attach(door);
    const trace = [event.isSet];
    event.set();
    trace.push(event.isSet);
    event.clear();
    trace.push(event.isSet);
    event.set();
    trace.push(event.isSet);
    assertEquals(
      trace,
      [false, true, false, true],
      "isSet at first, after set, after clear, and after another set",
    );
  }));

test("[1] to set twice is to set, and to clear twice is to clear", () =>
  alone(shut, ({ door }) => {
    const event = Event.attach(door);
    event.clear();
    assertEquals(event.isSet, false, "It was not set, and clear changes nothing then");
    event.set();
    event.set();
    assertEquals(event.isSet, true, "It was set twice: set is no switch that goes to and fro");
    event.clear();
    assertEquals(event.isSet, false, "One clear takes it back, however often it was set");
    event.clear();
    assertEquals(event.isSet, false, "It was cleared twice");
  }));

test("[1] who waits for what is set goes on at once, again and again", () =>
  alone(open, ({ door }) => {
    const event = Event.attach(door);
    for (let i = 0; i < 3; i++) {
      assertEquals(event.wait(), true, "The event is set, so wait must return true");
      assertEquals(event.isSet, true, "An event stays set until somebody calls clear");
    }
  }));

test("[1] attach sees the same event, and another event is another", () =>
  alone(() => ({ ...shut(), window: new Event().buffer }), ({ door, window }) => {
    Event.attach(door).set();
    assertEquals(Event.attach(door).isSet, true, "All state must live in the shared buffer");
    assertEquals(Event.attach(window).isSet, false, "Two events must not share anything");
  }));

test("[1] attach refuses what is not the buffer of an event", () => {
  const notShared = new ArrayBuffer(new Event().buffer.byteLength) as unknown as SharedArrayBuffer;
  assertEquals(Event.attach(new Event().buffer).isSet, false);
  assertThrows(() => Event.attach(notShared), TypeError, "", "Memory that is not shared");
  assertThrows(() => Event.attach(new SharedArrayBuffer(1024)), TypeError, "", "Another buffer");
});

test("[1] an event prints whether it is set", () => {
  const event = new Event();
  assertEquals(`${event}`, "Event(not set)");
  event.set();
  assertEquals(`${Event.attach(event.buffer)}`, "Event(set)", "It must show the state of now");
});

for (const [action, before, done] of [["set", shut, "set"], ["clear", open, "cleared"]] as const) {
  test(`[1] two threads that ${action} it at once have ${done} it`, () =>
    everySchedule({
      shared: before,
      threads: 2,
      run: ({ door }) => Event.attach(door)[action](),
      after: ({ door }) =>
        assertEquals(Event.attach(door).isSet, action === "set", `Both called ${action}: isSet`),
    }));
}

// -- [2] who waits sleeps until it is set --

test("[2] a thread that waits is woken by a set, and told true", () =>
  everySchedule({
    shared: shut,
    threads: { waiter: waitAtDoor, opener: ({ door }) => Event.attach(door).set() },
  }));

test("[2] one set lets all go on who wait", () =>
  everySchedule({
    shared: shut,
    threads: {
      first: waitAtDoor,
      second: waitAtDoor,
      third: waitAtDoor,
      opener: ({ door }) => Event.attach(door).set(),
    },
    maxStates,
    after: ({ door }) => assertEquals(Event.attach(door).isSet, true, "It stays set: isSet"),
  }));

test("[2] two who set it at once leave nobody asleep", () => {
  const opener: Body<Door> = ({ door }) => Event.attach(door).set();
  return everySchedule({
    shared: shut,
    threads: { first: waitAtDoor, second: waitAtDoor, opener, other: opener },
    maxStates,
  });
});

test("[2] a thread that waits sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: shut,
    threads: { waiter: waitAtDoor, other: waitAtDoor, opener: openLater() },
  });
  assertFalse(
    proof.spun,
    "A waiting thread went round and round a loop. It burns a core that others could use: let it " +
      "sleep in Atomics.wait until set notifies it",
  );
  return proof;
});

test("[2] a thread that waits sleeps until it is woken, and does not look now and then", () => {
  const day = 24 * 60 * 60 * 1_000;
  return everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      waiter: waitAtDoor,
      opener({ door }, thread) {
        thread.sleep(day);
        Event.attach(door).set();
      },
    },
    always() {
      const now = Math.floor(performance.now());
      assert(
        now === 0 || now >= day,
        `The event is set a day later, but after ${now} milliseconds somebody is up who was not ` +
          "notified. Let wait sleep until set notifies it",
      );
    },
  });
});

test("[2] what was written before set is there after wait", () =>
  everySchedule({
    shared: () => ({ ...shut(), letter: cells(1) }),
    threads: {
      writer({ door, letter }) {
        letter[0] = 42;
        Event.attach(door).set();
      },
      reader({ door, letter }) {
        Event.attach(door).wait();
        assertEquals(letter[0], 42, "The letter was written before set");
      },
    },
  }));

test("[2] an event that was cleared is waited for again", () =>
  everySchedule({
    shared: () => ({
      ...shut(),
      back: new Event().buffer,
      again: new Event().buffer,
      round: cells(1),
    }),
    threads: {
      porter({ door, back, again, round }) {
        const mine = Event.attach(door);
        mine.set();
        Event.attach(back).wait();
        mine.clear();
        Event.attach(again).set();
        Atomics.store(round, 0, 2);
        mine.set();
      },
      guest({ door, back, again, round }) {
        const mine = Event.attach(door);
        mine.wait();
        Event.attach(back).set();
        Event.attach(again).wait();
        assertEquals(mine.wait(), true);
        const now = Atomics.load(round, 0);
        assertEquals(now, 2, "The event was cleared, so wait had to wait for the second set");
      },
    },
  }));

testWithPermission("[2] five Workers go through twenty doors together", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/doors.ts", import.meta.url),
  );
  assertEquals(timedOut, false, `Somebody seems to sleep for ever. So far: ${stdout}`);
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "100 passed, 0 too early\n", "5 Workers go through 20 doors each");
});

// -- [3] a set that is cleared at once --

const pulsed = "The event was set while this thread slept, so wait returns true, though it was " +
  "cleared before the thread got up";

function sleepThroughPulse({ door }: Door) {
  assertEquals(Event.attach(door).wait(), true, pulsed);
}

test("[3] a set that is cleared at once lets go on who waited before", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: { waiter: sleepThroughPulse, opener: openLater((event) => event.clear()) },
    after: ({ door }) => assertEquals(Event.attach(door).isSet, false, "It was cleared: isSet"),
  }));

test("[3] a set that is cleared at once lets all five go on who waited before", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    maxStates,
    threads: {
      first: sleepThroughPulse,
      second: sleepThroughPulse,
      third: sleepThroughPulse,
      fourth: sleepThroughPulse,
      fifth: sleepThroughPulse,
      opener: openLater((event) => event.clear()),
    },
  }));

test("[3] who waits with a timeout is told true of a set that is over", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      waiter({ door }, thread) {
        assertEquals(Event.attach(door).wait({ timeout: 100 }), true, pulsed);
        assertEquals(thread.now(), 10, "It goes on when the event is set: the milliseconds");
      },
      opener: openLater((event) => event.clear()),
    },
  }));

test("[3] a set beside a set and a clear is seen by who waits", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    maxStates,
    threads: {
      waiter: ({ door }) => Event.attach(door).wait({ timeout: 10 }),
      opener: ({ door }) => Event.attach(door).set(),
      pulser({ door }) {
        Event.attach(door).set();
        Event.attach(door).clear();
      },
    },
    after({ door }, [got]) {
      if (!Event.attach(door).isSet) return;
      assertEquals(got, true, "The event is set at the end, but who waits for it was left asleep");
    },
  }));

test("[3] who comes after the clear waits", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      opener: openLater((event) => event.clear()),
      late({ door }, thread) {
        thread.sleep(20);
        const event = Event.attach(door);
        assertEquals(event.wait({ timeout: 0 }), false, "A set that is over is not kept for later");
        assertEquals(
          event.wait({ timeout: 50 }),
          false,
          "A set that is over is not kept for later",
        );
      },
    },
  }));

test("[3] a clear lets nobody go on", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      waiter({ door }) {
        const got = Event.attach(door).wait({ timeout: 100 });
        assertEquals(got, false, "Nobody has set the event, only cleared it, and wait returned");
      },
      closer({ door }, thread) {
        thread.sleep(10);
        Event.attach(door).clear();
        thread.sleep(10);
        Event.attach(door).clear();
      },
    },
  }));

test("[3] many sets that are cleared at once are not as if nothing had been", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    maxStates,
    threads: {
      waiter: sleepThroughPulse,
      opener: openLater((event) => {
        event.clear();
        for (let i = 1; i < 64; i++) {
          event.set();
          event.clear();
        }
      }),
    },
  }));

test("[3] one thread opens and another one shuts, and who waited before goes on", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      first: sleepThroughPulse,
      second: sleepThroughPulse,
      opener: openLater(),
      closer({ door }, thread) {
        thread.sleep(10);
        Event.attach(door).clear();
      },
    },
  }));

test("[3] of two who open and shut, each lets go on who waits", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    maxStates,
    threads: {
      first: sleepThroughPulse,
      second: sleepThroughPulse,
      opener: openLater((event) => event.clear()),
      other: openLater((event) => event.clear()),
    },
    after: ({ door }) => assertEquals(Event.attach(door).isSet, false, "Both have cleared: isSet"),
  }));

// -- [4] a wait may have an end --

test("[4] who may not wait is answered at once", () => {
  for (const [shared, expected] of [[shut, false], [open, true]] as const) {
    alone(shared, ({ door }, thread) => {
      const event = Event.attach(door);
      for (const timeout of [0, -1, -Infinity]) {
        const what = `isSet is ${expected}: wait({ timeout: ${timeout} })`;
        assertEquals(event.wait({ timeout }), expected, what);
      }
      assertEquals(thread.now(), 0, "A timeout of 0 or less is a look: the milliseconds");
    });
  }
});

test("[4] a timeout that is not a number is refused", () => {
  for (const shared of [shut, open]) {
    alone(shared, ({ door }) => {
      const sentence = "wait({ timeout: NaN }): Atomics.wait takes NaN for 'as long as it takes'";
      assertThrows(() => Event.attach(door).wait({ timeout: NaN }), RangeError, "", sentence);
    });
  }
});

test("[4] a timeout is never shorter than it says", () =>
  alone(shut, ({ door }, thread) => {
    assertEquals(Event.attach(door).wait({ timeout: 10.5 }), false, "Nobody has set the event");
    assert(thread.now() >= 10.5, `wait gave up after ${thread.now()} of 10.5 milliseconds`);
  }));

test("[4] a set in time ends the wait, whatever the timeout", () => {
  for (const timeout of [10.5, 2 ** 40, Infinity]) {
    everySchedule({
      shared: shut,
      timers: "quiet",
      threads: {
        opener: openLater(),
        waiter({ door }, thread) {
          const got = Event.attach(door).wait({ timeout });
          assertEquals(
            got,
            true,
            `It was set after 10 milliseconds: wait({ timeout: ${timeout} })`,
          );
          assertEquals(thread.now(), 10, "The milliseconds that it waited");
        },
      },
    });
  }
});

test("[4] who does not say for how long waits until it is set", () => {
  const manyDays = 2 ** 32;
  const calls: Record<string, (event: Event) => boolean> = {
    "wait()": (event) => event.wait(),
    "wait({})": (event) => event.wait({}),
    "wait({ timeout: undefined })": (event) => event.wait({ timeout: undefined }),
    "wait({ timeout: Infinity })": (event) => event.wait({ timeout: Infinity }),
    "wait({ timeout: 2 ** 40 })": (event) => event.wait({ timeout: 2 ** 40 }),
  };
  for (const [call, wait] of Object.entries(calls)) {
    everySchedule({
      shared: shut,
      timers: "quiet",
      threads: {
        opener({ door }, thread) {
          thread.sleep(manyDays);
          Event.attach(door).set();
        },
        waiter: ({ door }) =>
          assertEquals(wait(Event.attach(door)), true, `It was set after 2 ** 32 ms: ${call}`),
      },
    });
  }
});

test("[4] a timeout counts from the call, whatever happens meanwhile", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    threads: {
      waiter({ door }, thread) {
        assertEquals(Event.attach(door).wait({ timeout: 100 }), false, "Nobody has set the event");
        const waited = Math.round(thread.now());
        assertEquals(waited, 100, "wait({ timeout: 100 }) gave up after that many milliseconds");
      },
      closer({ door }, thread) {
        thread.sleep(60);
        Event.attach(door).clear();
      },
    },
  }));

test("[4] a thread that gives up costs nobody a wake-up", () =>
  everySchedule({
    shared: shut,
    timers: "quiet",
    maxStates,
    threads: {
      // Opens at the moment when the impatient one gives up: which is first is open.
      opener: openLater(),
      patient: waitAtDoor,
      impatient: ({ door }) => void Event.attach(door).wait({ timeout: 10 }),
    },
  }));

test("[4] who has given up may wait again", () =>
  everySchedule({
    shared: shut,
    threads: {
      opener: ({ door }) => Event.attach(door).set(),
      waiter({ door }) {
        const event = Event.attach(door);
        event.wait({ timeout: 10 });
        assertEquals(event.wait(), true);
        assertEquals(event.wait({ timeout: 0 }), true, "The event stays set");
      },
      other: waitAtDoor,
    },
    maxStates,
  }));

// -- [5] a light shows its colours in turn --

interface Crossing {
  light: SharedArrayBuffer;
  stop: SharedArrayBuffer;
}

/** A cycle of 60 milliseconds: green from 0, yellow from 30, red from 40. */
const minute: LightTimes = { green: 30, yellow: 10, red: 20 };

const crossing = (times?: LightTimes) => (): Crossing => ({
  light: new TrafficLight(times).buffer,
  stop: new Event().buffer,
});

function play({ light, stop }: Crossing) {
  TrafficLight.attach(light).run(Event.attach(stop));
}

/** Sees which colour the light has at these milliseconds, and stops it at the last of them. */
const watch =
  (...seen: [time: number, colour: Colour][]): Body<Crossing> => ({ light, stop }, thread) => {
    const mine = TrafficLight.attach(light);
    for (const [time, colour] of seen) {
      thread.sleep(time - thread.now());
      assertEquals(mine.colour, colour, `The colour after ${time} milliseconds`);
    }
    Event.attach(stop).set();
  };

test("[5] a light that nobody plays is red", () => {
  const light = new TrafficLight();
  assertEquals(light.colour, "red");
  assertEquals(`${light}`, "TrafficLight(red)");
});

test("[5] a light is green, then yellow, then red, then green again", () =>
  everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    threads: {
      light: play,
      onlooker: watch(
        [1, "green"],
        [29, "green"],
        [31, "yellow"],
        [39, "yellow"],
        [41, "red"],
        [59, "red"],
        [61, "green"],
        [91, "yellow"],
        [101, "red"],
        [121, "green"],
      ),
    },
  }));

test("[5] a light has the times of the tutorial unless told otherwise", () =>
  everySchedule({
    shared: crossing(),
    timers: "quiet",
    threads: {
      light: play,
      onlooker: watch([9_999, "green"], [10_001, "yellow"], [12_999, "yellow"], [13_001, "red"], [
        19_999,
        "red",
      ], [20_001, "green"]),
    },
  }));

test("[5] a time may be a fraction, or many days", () =>
  everySchedule({
    shared: crossing({ green: 0.5, yellow: 2 ** 32, red: 0 }),
    timers: "quiet",
    threads: {
      light: play,
      onlooker: watch([0.25, "green"], [1, "yellow"], [2 ** 32, "yellow"], [
        2 ** 32 + 0.75,
        "green",
      ]),
    },
  }));

for (const [time, colour] of [[15, "green"], [35, "yellow"], [50, "red"]] as const) {
  test(`[5] a light that is ${colour} stops when it is told to, and is red then`, () =>
    everySchedule({
      shared: crossing(minute),
      timers: "quiet",
      threads: {
        light(shared, thread) {
          play(shared);
          assertEquals(thread.now(), time, "run must end when stop is set: the milliseconds");
          const { colour } = TrafficLight.attach(shared.light);
          assertEquals(colour, "red", "A light that nobody plays any more is");
        },
        officer: watch([time, colour]),
      },
    }));
}

test("[5] a light that is to stop is not played", () =>
  alone(crossing(minute), (shared, thread) => {
    Event.attach(shared.stop).set();
    play(shared);
    assertEquals(thread.now(), 0, "stop was set before, so run returns at once");
    assertEquals(TrafficLight.attach(shared.light).colour, "red");
  }));

test("[5] a light that was stopped can be played again, and begins with green", () =>
  everySchedule({
    shared: () => ({ ...crossing(minute)(), again: new Event().buffer }),
    timers: "quiet",
    threads: {
      light(shared) {
        play(shared);
        play({ light: shared.light, stop: shared.again });
      },
      first: watch([45, "red"]),
      second: ({ light, again }, thread) => {
        thread.sleep(50);
        watch([74, "green"], [76, "yellow"])({ light, stop: again }, thread);
      },
    },
  }));

test("[5] times that make no sense are refused", () => {
  assertEquals(new TrafficLight(minute).colour, "red");
  for (const time of [-1, NaN, Infinity]) {
    for (const colour of ["green", "yellow", "red"] as const) {
      const times = { ...minute, [colour]: time };
      assertThrows(() => new TrafficLight(times), RangeError, "", `${colour}: ${time}`);
    }
  }
  const none = { green: 0, yellow: 0, red: 0 };
  assertThrows(() => new TrafficLight(none), RangeError, "", "A cycle that takes no time");
});

test("[5] attach refuses what is not the buffer of a light", () => {
  assertEquals(TrafficLight.attach(new TrafficLight().buffer).colour, "red");
  const another = new SharedArrayBuffer(1024);
  assertThrows(() => TrafficLight.attach(another), TypeError, "", "Another buffer");
});

// -- [6] cars go on at green --

/** Comes at one moment, and has to go on at another. */
const drive = (from: number, to: number): Body<Crossing> => ({ light }, thread) => {
  thread.sleep(from);
  const got = TrafficLight.attach(light).waitForGreen();
  assertEquals(got, true, "Without a timeout waitForGreen can only return true");
  assertEquals(
    thread.now(),
    to,
    `Green is from 0 to 30 and from 60 on. A car that comes after ${from} milliseconds goes at`,
  );
};

const stopAfter = (time: number): Body<Crossing> => ({ stop }, thread) => {
  thread.sleep(time);
  Event.attach(stop).set();
};

for (
  const [colour, from, to] of [
    ["green", 15, 15],
    ["yellow", 35, 60],
    ["red", 50, 60],
    ["green", 75, 75],
    ["red", 110, 120],
  ] as const
) {
  test(`[6] a car that meets ${colour} after ${from} milliseconds goes on at ${to}`, () =>
    everySchedule({
      shared: crossing(minute),
      timers: "quiet",
      threads: { light: play, car: drive(from, to), officer: stopAfter(121) },
    }));
}

test("[6] all cars go on at green", () =>
  everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    maxStates,
    threads: {
      light: play,
      first: drive(35, 60),
      second: drive(45, 60),
      third: drive(50, 60),
      officer: stopAfter(70),
    },
  }));

test("[6] a car that waits sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    threads: { light: play, car: drive(45, 60), officer: stopAfter(70) },
  });
  assertFalse(proof.spun, "The car or the light went round and round a loop: let it sleep");
  return proof;
});

test("[6] a car goes on at a green that is over before it gets up", () =>
  everySchedule({
    shared: crossing({ green: 0, yellow: 10, red: 20 }),
    timers: "quiet",
    threads: {
      light: play,
      car({ light, stop }, thread) {
        thread.sleep(5);
        const got = TrafficLight.attach(light).waitForGreen({ timeout: 100 });
        assertEquals(got, true, "The light has become green while this car waited for it");
        assertEquals(thread.now(), 30, "It had to go on at the first green: the milliseconds");
        Event.attach(stop).set();
      },
      officer: stopAfter(110),
    },
  }));

test("[6] a car that gives up stays, and says so", () =>
  everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    threads: {
      light: play,
      car({ light }, thread) {
        thread.sleep(35);
        const mine = TrafficLight.attach(light);
        assertThrows(() => mine.waitForGreen({ timeout: NaN }), RangeError);
        assertEquals(mine.waitForGreen({ timeout: 0 }), false, "It is yellow");
        assertEquals(mine.waitForGreen({ timeout: 20 }), false, "It is yellow, and then red");
        assertEquals(thread.now(), 55, "The milliseconds when it gave up");
        assertEquals(mine.waitForGreen({ timeout: 20 }), true, "It is green after 60 milliseconds");
      },
      officer: stopAfter(70),
    },
  }));

test("[6] nobody goes on at a light that nobody plays any more", () =>
  everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    threads: {
      light(shared) {
        play(shared);
        const mine = TrafficLight.attach(shared.light);
        assertEquals(mine.waitForGreen({ timeout: 0 }), false, "It was green, and is red now");
      },
      officer: stopAfter(15),
    },
  }));

test("[6] a car at a light that stops waits until it is played again", () =>
  everySchedule({
    shared: () => ({ ...crossing(minute)(), again: new Event().buffer }),
    timers: "quiet",
    threads: {
      light(shared, thread) {
        play(shared);
        thread.sleep(20);
        play({ light: shared.light, stop: shared.again });
      },
      car({ light }, thread) {
        thread.sleep(45);
        assertEquals(TrafficLight.attach(light).waitForGreen(), true);
        assertEquals(
          thread.now(),
          70,
          "Red from 40 on, stopped at 50, played again at 70: it goes at",
        );
      },
      officer: stopAfter(50),
      other: ({ light, again }, thread) => stopAfter(75)({ light, stop: again }, thread),
    },
  }));

test("[6] a car that goes on sees green, and one that sees no green does not go on", () =>
  everySchedule({
    shared: crossing(minute),
    timers: "quiet",
    threads: {
      light: play,
      late({ light }, thread) {
        thread.sleep(30);
        const mine = TrafficLight.attach(light);
        if (mine.colour === "green") return;
        assertFalse(mine.waitForGreen({ timeout: 0 }), "This car saw yellow, and went on");
      },
      waiting({ light }, thread) {
        thread.sleep(50);
        const mine = TrafficLight.attach(light);
        mine.waitForGreen();
        assertEquals(mine.colour, "green", "This car was let go, so it must see");
      },
      officer: stopAfter(70),
    },
  }));

testWithPermission("[6] cars in three Workers cross at a light in a fourth", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/crossing.ts", import.meta.url),
  );
  assertEquals(timedOut, false, `Somebody seems to sleep for ever. So far: ${stdout}`);
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "15 crossings, then the light is red\n", "3 cars cross 5 times each");
});

testWhatToFixFirst();
