/** Where the guide writes, and what can be shown there. */
import { type Colours, coloursIf } from "./colours.ts";

/** The place that the guide writes to. */
export interface Screen {
  /** How many columns it has. */
  readonly width: number;
  /** How many rows it has. */
  readonly height: number;
  /** Whether it is a terminal, where lines can be drawn again. */
  readonly live: boolean;
  /** Whether somebody can be asked, and press keys. */
  readonly asks: boolean;
  /** Colours, or none. */
  readonly colours: Colours;
  /** Writes a text that others may read by program. */
  write(text: string): void;
  /** Writes what is only for people, past the output. */
  warn(text: string): void;
}

/**
 * The screen of this program: a terminal, or a pipe that gets plain lines. `onGone` is called when
 * nobody is there any more to read them.
 */
export function ownScreen(onGone: () => void): Screen {
  const live = Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
  return {
    get width() {
      return live ? size().columns : 80;
    },
    get height() {
      return live ? size().rows : 24;
    },
    live,
    asks: live && Deno.stdin.isTerminal(),
    colours: coloursIf(live && !Deno.noColor),
    write: (text) => writeAll(Deno.stdout, text, onGone),
    warn: (text) => writeAll(Deno.stderr, text, onGone),
  };
}

/** A line that can be written over, and that no terminal breaks in two. */
export function overwrite(text: string, width: number): string {
  return `\r\x1b[2K${text.slice(0, width - 1)}`;
}

/** Takes back the last lines, and the one that was begun. */
export function eraseLines(count: number): string {
  return count === 0 ? "\r\x1b[0J" : `\r\x1b[${count}A\x1b[0J`;
}

/** An empty terminal; what has scrolled away stays. */
export const clear = "\x1b[H\x1b[2J";

/** A file's path that opens the file at a click, where the terminal can do that. */
export function link(path: string, root: URL, screen: Screen): string {
  if (!screen.colours.areOn) return path;
  return `\x1b]8;;${new URL(path, root).href}\x1b\\${screen.colours.cyan(path)}\x1b]8;;\x1b\\`;
}

function size(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    // Some terminals do not know how large they are.
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
  onGone: () => void,
): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch {
    // The terminal was closed, or the program at the other end of the pipe has ended.
    onGone();
  }
}
