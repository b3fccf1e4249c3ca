/**
 * A folder in which several processes work, and which the last one that leaves removes.
 *
 * Whoever is in it holds a shared lock on a file of it, which the kernel takes back from the dead. So who
 * gets the exclusive lock is alone, whatever has happened to the others. If all of them are killed, the
 * folder stays.
 *
 * @module
 */

/** The folder, as one process has it. */
export class CommonFolder {
  /** Where it is. */
  readonly path: string;
  readonly #members: Deno.FsFile;
  readonly #leave = () => this.leave();
  #isIn = true;

  /** `members` is the file that all share, with a shared lock on it. */
  private constructor(path: string, members: Deno.FsFile) {
    this.path = path;
    this.#members = members;
    addEventListener("unload", this.#leave);
  }

  /** A new one, in the system's folder for temporary files. Only this user may look into it. */
  static make(prefix: string): CommonFolder {
    const path = Deno.makeTempDirSync({ prefix });
    const members = Deno.openSync(membersOf(path), { write: true, createNew: true });
    members.lockSync(false);
    return new CommonFolder(path, members);
  }

  /**
   * The one that another process has made.
   *
   * @throws {Deno.errors.NotFound} If the last one has left it.
   */
  static enter(path: string): CommonFolder {
    const members = Deno.openSync(membersOf(path), { write: true });
    try {
      members.lockSync(false);
      Deno.statSync(membersOf(path)); // The last one may have removed it before this one was in.
      return new CommonFolder(path, members);
    } catch (error) {
      members.close();
      throw error;
    }
  }

  /** Leaves it. The last one removes it, with all that is in it. */
  leave(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    removeEventListener("unload", this.#leave);
    // A try that fails gives up the shared lock. So of two that leave, the later one gets it.
    if (this.#members.tryLockSync(true)) Deno.removeSync(this.path, { recursive: true });
    this.#members.close();
  }
}

function membersOf(path: string): string {
  return `${path}/members`;
}
