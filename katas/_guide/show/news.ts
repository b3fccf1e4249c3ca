/** What the server tells a page. */
import type { Drawing } from "../../_explorer/stage/drawing.ts";
import type { Scene } from "./scene.ts";
import type { Source } from "./source.ts";

/** That the file is judged, or what came of it. */
export type News = { judging: true } | { scene: Scene } | { problem: string };

/** The answer to a question. */
export type Reply = { drawing: Drawing; sources: Source[] } | { refused: string };
