/** Source text in pieces of one kind each, as a highlighter sees it. The page makes text of them, never markup. */
import { common, createLowlight } from "lowlight";

/** A piece of text and what kind it is: `keyword`, `comment`; "" for plain text. */
export type Piece = [kind: string, text: string];

/** A file by its lines. */
export interface Source {
  path: string;
  lines: Piece[][];
}

const lowlight = createLowlight({ typescript: common.typescript });

type Node = ReturnType<typeof lowlight.highlight>["children"][number];

/** The lines of a text. */
export function sourceOf(path: string, text: string): Source {
  const lines: Piece[][] = [[]];
  for (const [kind, piece] of piecesOf(lowlight.highlight("typescript", text).children, "")) {
    const [first, ...rest] = piece.split(/\r?\n/);
    for (const [i, part] of [first, ...rest].entries()) {
      if (i > 0) lines.push([]);
      if (part !== "") lines.at(-1)!.push([kind, part]);
    }
  }
  return { path, lines };
}

/** The pieces of a tree; the innermost kind counts. */
function* piecesOf(nodes: readonly Node[], kind: string): Generator<Piece> {
  for (const node of nodes) {
    if (node.type === "text") yield [kind, node.value];
    if (node.type === "element") {
      const [name = ""] = (node.properties.className ?? []) as string[];
      yield* piecesOf(node.children as Node[], name.replace(/^hljs-/, ""));
    }
  }
}
