/**
 * Where other processes of this user come in: a Unix socket in a folder that only this user may open.
 * On Windows, where Deno has no such sockets, it is one of the loopback interface.
 *
 * @module
 */
import type { Needs } from "./travelling.ts";

/** Where a door is. */
export type Address =
  | { transport: "unix"; path: string }
  | { transport: "tcp"; hostname: string; port: number };

/** What becomes of those who come. */
export interface DoorOptions {
  /** What the name of the folder begins with. */
  prefix?: string;
  /** Where it is on the net; in a folder unless given. */
  at?: { hostname: string; port: number };
  /** Whether this caller may come in. One for whom it rejects, or never answers, does not. */
  knows(caller: Deno.Conn): Promise<boolean>;
  /** Takes the connection of one who may. It does not keep this process alive. */
  admit(caller: Deno.Conn): void;
  /** Told that nobody can come any more. */
  fail?(error: unknown): void;
}

/** A door stays open until it is closed, or this process ends. */
export class Door {
  readonly address: Address;
  readonly #options: DoorOptions;
  readonly #listener: Deno.Listener;
  readonly #strangers = new Set<Deno.Conn>();
  readonly #leave = () => this.close();
  #isOpen = true;

  constructor(options: DoorOptions) {
    const { listener, address } = options.at ? listenOn(options.at) : listenIn(options.prefix);
    this.address = address;
    this.#options = options;
    this.#listener = listener;
    listener.unref();
    // The program may end before somebody comes.
    addEventListener("unload", this.#leave);
    void this.#answer();
  }

  /** Keeps this process alive, or lets it end before somebody comes. */
  stay(stays: boolean): void {
    if (stays) this.#listener.ref();
    else this.#listener.unref();
  }

  /** Lets nobody in any more, and leaves no file behind. Who is in stays. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    removeEventListener("unload", this.#leave);
    this.#listener.close();
    removeAt(this.address);
    for (const stranger of this.#strangers) stranger.close();
    this.#strangers.clear();
  }

  async #answer(): Promise<void> {
    try {
      for await (const caller of this.#listener) void this.#ask(caller);
    } catch (error) {
      this.#options.fail?.(error);
    }
  }

  /** One who says nothing waits until the door is closed, and holds up nobody. */
  async #ask(caller: Deno.Conn): Promise<void> {
    caller.unref();
    this.#strangers.add(caller);
    const isKnown = await this.#options.knows(caller).catch(() => false);
    if (!this.#strangers.delete(caller)) return;
    if (isKnown) this.#options.admit(caller);
    else caller.close();
  }
}

/** A door for one: it is closed when that one is in. */
export class DoorForOne {
  readonly #admitted = Promise.withResolvers<Deno.Conn | undefined>();
  readonly #door: Door;

  constructor(prefix: string, knows: DoorOptions["knows"]) {
    const admit = (caller: Deno.Conn) => {
      this.#admitted.resolve(caller);
      this.close();
    };
    const fail = (error: unknown) => this.#admitted.reject(error);
    this.#door = new Door({ prefix, knows, admit, fail });
  }

  get address(): Address {
    return this.#door.address;
  }

  stay(stays: boolean): void {
    this.#door.stay(stays);
  }

  /** The connection to the one who has come; none if the door is closed before. */
  get admitted(): Promise<Deno.Conn | undefined> {
    return this.#admitted.promise;
  }

  close(): void {
    this.#door.close();
    this.#admitted.resolve(undefined);
  }
}

/** Goes to a door. Who finds that its process was killed, which removes nothing, does that in its place. */
export async function connectTo(address: Address): Promise<Deno.Conn> {
  try {
    return await (address.transport === "unix" ? Deno.connect(address) : Deno.connect(address));
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) removeAt(address);
    throw error;
  }
}

/** Looks after a door whose process has gone without a word: it is removed if nobody is behind it. */
export async function lookAfter(address: Address): Promise<void> {
  const conn = await connectTo(address).catch(() => undefined);
  conn?.close();
}

/** What a process must be able to reach that goes there: for a Unix socket Deno asks for three permissions. */
export function needsOf(address: Address): Needs {
  if (address.transport === "tcp") return { net: `${address.hostname}:${address.port}` };
  const folder = folderOf(address.path);
  return { read: folder, write: folder, net: `unix:${address.path}` };
}

/** Leaves nothing of a door that is in a folder of its own. */
function removeAt(address: Address): void {
  if (address.transport !== "unix") return;
  try {
    Deno.removeSync(address.path);
    Deno.removeSync(folderOf(address.path));
  } catch {
    // Somebody has cleaned up already.
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Listens where nobody else looks: in a new folder of this user's alone. */
function listenIn(prefix?: string): { listener: Deno.Listener; address: Address } {
  if (Deno.build.os === "windows") return listenOn({ hostname: "127.0.0.1", port: 0 });
  const folder = Deno.makeTempDirSync({ prefix });
  try {
    const address = { transport: "unix", path: `${folder}/line` } as const;
    return { listener: Deno.listen(address), address };
  } catch (error) {
    Deno.removeSync(folder);
    throw error;
  }
}

function listenOn(at: Required<DoorOptions>["at"]): { listener: Deno.Listener; address: Address } {
  const listener = Deno.listen(at);
  const { hostname, port } = listener.addr;
  return { listener, address: { transport: "tcp", hostname, port } };
}
