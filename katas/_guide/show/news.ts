/** What a page is told. */
import type { Drawing } from "../../_explorer/stage/drawing.ts";
import type { Scene } from "./scene.ts";
import type { Source } from "./source.ts";

/** What stands in the page itself. */
export interface PageData {
  scene: Scene;
  /** Whether it comes from a server, and can hear of news and ask. */
  isServed: boolean;
}

/** That the file is judged, or what came of it. */
export type News = { judging: true } | { scene: Scene } | { problem: string };

/** The answer to a question. */
export type Reply = { drawing: Drawing; sources: Source[] } | { refused: string };
