/** Draws a schedule. */
import { type Choice, choicesIn } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";
import { diagnose } from "../report/diagnosis.ts";
import { changeText, describe, details, hasPlace, stepText } from "../report/report.ts";
import { turnOf } from "../report/schedule.ts";
import type { Step } from "../report/trace.ts";
import type { Memory } from "../threads/memory.ts";
import { type Operation, touchesMemory, valueAt } from "../threads/operation.ts";
import type { Course } from "./course.ts";
import type { Drawing, Moment, Move, Place, Row, Standing, Where } from "./drawing.ts";

/** Takes the steps of a course, and keeps what there is to see. */
export class Pencil<Shared> {
  readonly #world: World<Shared>;
  readonly #memory: Memory;
  readonly #course: Course<Shared>;
  readonly #moments: Omit<Moment, "memory">[] = [];
  readonly #bytes: Int32Array[] = [];
  /** An operation on each cell that was touched, by the cell's address. */
  readonly #cells = new Map<number, Operation>();

  constructor(world: World<Shared>, memory: Memory, course: Course<Shared>) {
    this.#world = world;
    this.#memory = memory;
    this.#course = course;
    this.#look();
  }

  /** Takes a step. */
  take(choice: Choice): void {
    this.#course.take(choice);
    this.#look();
  }

  /** All that was seen. */
  drawing(): Drawing {
    const { steps, preemptions } = this.#course;
    const { names } = this.#world;
    const fault = this.#course.fault(true) ?? this.#course.livelock();
    const cells = [...this.#cells.values()].sort((a, b) => a.address - b.address);
    const now = this.#memory.copy();
    const memory = this.#bytes.map((bytes) => {
      this.#memory.restore(bytes);
      return cells.map((operation) => String(valueAt(operation)));
    });
    this.#memory.restore(now);
    const moments = this.#moments.map((moment, i) => ({ ...moment, memory: memory[i] }));
    // Nobody goes on where something is wrong.
    if (fault) moments.at(-1)!.moves = [];
    return {
      names,
      cells: cells.map((operation) => this.#world.label(operation)),
      rows: steps.map((step) => rowOf(step, names)),
      moments,
      fault: fault && [fault.verdict, ...details(fault.cause)],
      diagnosis: fault ? diagnose(fault, steps, names) : "",
      preemptions,
    };
  }

  #look(): void {
    const world = this.#world;
    for (const { pending } of world.node) {
      if (pending && touchesMemory(pending)) this.#cells.set(pending.address, pending);
    }
    this.#bytes.push(this.#memory.copy());
    this.#moments.push({
      threads: world.node.map((_, slot) => this.#standing(slot)),
      moves: choicesIn(world).map((choice) => this.#move(choice)),
    });
  }

  #standing(slot: number): Standing {
    const world = this.#world;
    const { pending, ending, inside } = world.node[slot];
    const sections = inside.map(({ section }) => section);
    if (!pending) {
      const is = "threw" in ending ? "broken" : "ended";
      return { is, next: "", inside: sections, place: "", calls: [] };
    }
    // A wait of its own that is not open, or a thread that nobody has started, is not there yet.
    if (!world.family.hasBegun(slot)) {
      return { is: "unborn", next: "", inside: sections, place: "", calls: [] };
    }
    const is = world.asleep[slot]
      ? "asleep"
      : world.roused[slot]
      ? "notified"
      : world.rests(slot)
      ? "waiting"
      : world.isSpinning(slot)
      ? "spinning"
      : "ready";
    const next = describe(pending, world.label(pending));
    return { is, next, inside: sections, ...whereOf(pending) };
  }

  #move({ kind, slot }: Choice): Move {
    const { names, node } = this.#world;
    const turn = turnOf({ kind, operation: node[slot].pending! }, names[slot]);
    return { thread: slot, turn, isEvent: kind !== "step", does: events[kind] };
  }
}

const events: Record<Choice["kind"], string> = {
  step: "",
  timeout: "its time is up",
  stray: "is woken for no reason",
  later: "time goes on",
  late: "goes on a day late",
};

function rowOf(step: Step, names: readonly string[]): Row {
  const { thread, operation, fellAsleep, wakes, kind } = step;
  return {
    thread,
    turn: turnOf(step, names[thread]),
    does: stepText(step, names),
    change: changeText(step),
    fellAsleep,
    wakes,
    isEvent: kind !== "step",
    ...hasPlace(step) ? whereOf(operation) : { place: "", calls: [] },
  };
}

function whereOf({ where, calls }: Operation): Where {
  return { place: where.replace(/:\d+$/, ""), calls: calls.flatMap(placeOf) };
}

function placeOf(call: string): Place[] {
  const [, file, line] = call.match(/^(file:.+?)(?:\?\w+)?:(\d+):\d+$/) ?? [];
  return file ? [{ file, line: Number(line) }] : [];
}
