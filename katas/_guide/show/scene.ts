/** What a page or a terminal is to show of a kata: one test, its schedule, and the source. */
import type { Drawing, Place } from "../../_explorer/stage/drawing.ts";
import type { Playbill } from "../../_kit/stage/protocol.ts";
import type { Guide } from "../guide.ts";
import { cleaned } from "../text/message.ts";
import { type Source, sourceOf } from "./source.ts";

/** All that is shown at first. */
export interface Scene extends Omit<Playbill, "drawing"> {
  kata: string;
  /** The file that is judged, as it lies in the collection. */
  file: string;
  drawing: Drawing | null;
  sources: Source[];
  /** Whether somebody can choose the schedule. */
  canPlay: boolean;
  /** How often the file was shown before: a page that has an older one gets this. */
  edition: number;
}

/** Makes scenes of what a stage shows. */
export class Scenery {
  readonly #guide: Pick<Guide, "root">;
  readonly #kata: string;
  /** The file that is judged: its URL, and what it is called. */
  readonly #file: URL;
  #editions = 0;

  constructor(guide: Pick<Guide, "root">, kata: string, file: URL) {
    this.#guide = guide;
    this.#kata = kata;
    this.#file = file;
  }

  /** What stands on the playbill, with the source of all that the schedule touches. */
  async scene(bill: Playbill, canPlay: boolean): Promise<Scene> {
    const file = this.#path(this.#file.href) ?? `${this.#kata}.ts`;
    const drawing = bill.drawing && this.drawing(bill.drawing);
    const sources = await this.sources(drawing);
    const edition = this.#editions++;
    const says = this.#told(bill.says);
    return { ...bill, says, kata: this.#kata, file, drawing, sources, canPlay, edition };
  }

  /** The drawing, in which each file has the name that it has in the collection. */
  drawing(drawing: Drawing): Drawing {
    const calls = (places: Place[]) =>
      places.flatMap(({ file, line }) => {
        const path = this.#path(file);
        return path === null ? [] : [{ file: path, line }];
      });
    const named = <T extends { calls: Place[] }>(it: T): T => ({ ...it, calls: calls(it.calls) });
    return {
      ...drawing,
      fault: drawing.fault && this.#told(drawing.fault),
      rows: drawing.rows.map(named),
      moments: drawing.moments.map((moment) => ({ ...moment, threads: moment.threads.map(named) })),
    };
  }

  /** The source of the judged file, and of all others that the drawing touches. */
  async sources(drawing: Drawing | null): Promise<Source[]> {
    const own = this.#path(this.#file.href) ?? `${this.#kata}.ts`;
    const places = drawing?.moments.flatMap(({ threads }) => threads.flatMap(({ calls }) => calls));
    const files = new Set([own, ...(places ?? []).map(({ file }) => file)]);
    return await Promise.all([...files].map((path) => this.#source(path, path === own)));
  }

  async #source(path: string, isOwn: boolean): Promise<Source> {
    const url = isOwn ? this.#file : new URL(path, this.#guide.root);
    return sourceOf(path, await Deno.readTextFile(url).catch(() => ""));
  }

  /** What is said of the learner's code: where the collection lies is nobody's business. */
  #told(lines: readonly string[]): string[] {
    const text = lines.join("\n").replaceAll(this.#file.href, (href) => this.#path(href)!);
    return cleaned(text, this.#guide.root).split("\n");
  }

  /** The file's path in the collection; null for what is none of the learner's business. */
  #path(file: string): string | null {
    const { root } = this.#guide;
    if (file === this.#file.href && !file.startsWith(root.href)) return `${this.#kata}.ts`;
    if (!file.startsWith(root.href)) return null;
    const path = decodeURI(file.slice(root.href.length));
    return /^katas\/_|node_modules\//.test(path) ? null : path;
  }
}
