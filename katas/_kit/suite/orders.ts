/**
 * The child's side of a process that does with things what the suite tells it. It imports nothing: a child
 * need not load the kit.
 */

/** What the suite wants to be done with one of the things. */
export interface Order {
  id: number;
  thing: string;
  /** A method, or a getter. */
  name: string;
  args: unknown[];
}

/** What became of it. The first one says that the child is ready. */
export interface Answer {
  id: number;
  value?: unknown;
  error?: { name: string; message: string };
}

/** The line to the suite. */
interface Parent {
  send(answer: Answer): void;
  receive(): Promise<unknown>;
}

// deno-lint-ignore no-explicit-any -- whatever an order names
export type Things = Record<string, any>;

/** Says that it is ready, and serves until it is told to end. What waits holds up nothing that comes later. */
export async function obey(parent: Parent, things: Things): Promise<void> {
  parent.send({ id: 0 });
  for (;;) {
    const order = await parent.receive() as Order | null;
    if (!order) return;
    carryOut(things, order).then((answer) => parent.send(answer));
  }
}

async function carryOut(things: Things, { id, thing, name, args }: Order): Promise<Answer> {
  try {
    const member = things[thing][name];
    return {
      id,
      value: await (typeof member === "function" ? things[thing][name](...args) : member),
    };
  } catch (error) {
    const { name, message } = error as Error;
    return { id, error: { name, message } };
  }
}
