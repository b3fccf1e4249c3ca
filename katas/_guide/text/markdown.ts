/** Markdown as plain text for a terminal. */
import type { Colours } from "../terminal/colours.ts";
import { wrapped } from "./text.ts";

/** Shows Markdown as wrapped text: prose is filled, code and its indentation stay. */
export function plainText(
  markdown: string,
  { width, colours }: { width: number; colours: Colours },
): string {
  const inline = (text: string) => withStyles(text, colours);
  const blocks = blocksOf(markdown);
  const shown = blocks.map(({ kind, text }) => {
    if (kind === "code") return text.replace(/^(?=.)/gm, "    ");
    if (kind === "heading") return colours.bold(wrapped(inline(text), width));
    if (kind === "row") return `  ${wrapped(inline(rowText(text)), width, "    ")}`;
    if (kind === "item") {
      const [, mark, rest] = text.match(/^(\S+)\s+(.*)$/s)!;
      const indent = " ".repeat(mark.length + 1);
      return `${mark} ${wrapped(inline(rest), width, indent)}`;
    }
    return wrapped(inline(text), width);
  });
  return joined(shown, blocks.map(({ kind }) => kind));
}

interface Block {
  kind: "heading" | "prose" | "item" | "row" | "code";
  text: string;
}

/** Items and rows stand close together, everything else apart. */
function joined(texts: string[], kinds: Block["kind"][]): string {
  let all = "";
  for (const [i, text] of texts.entries()) {
    const isClose = kinds[i] === kinds[i - 1] && (kinds[i] === "item" || kinds[i] === "row");
    if (i > 0) all += isClose ? "\n" : "\n\n";
    all += text;
  }
  return all;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  const begin = (kind: Block["kind"], text: string) => blocks.push(open = { kind, text });
  for (const line of withoutTags(markdown).split("\n")) {
    if (/^\s*```/.test(line)) {
      if (open?.kind === "code") open = undefined;
      else begin("code", "");
    } else if (open?.kind === "code") {
      open.text += (open.text && "\n") + line;
    } else if (/^\|[\s:|-]+\|$/.test(line)) {
      // The line above it was the head of the table.
      blocks.pop();
    } else if (line.trim() === "") {
      open = undefined;
    } else if (line.startsWith("#")) {
      begin("heading", line.replace(/^#+\s*/, ""));
      open = undefined;
    } else if (line.startsWith("|")) {
      begin("row", line);
    } else if (/^([-*]|\d+\.)\s/.test(line)) {
      begin("item", line);
    } else if (open) {
      open.text += ` ${line.trim()}`;
    } else {
      begin("prose", line.trim());
    }
  }
  return blocks;
}

/** Comments, and the tags around hints. */
function withoutTags(markdown: string): string {
  return markdown.replace(/<!--.*?-->/gs, "").replace(/<\/?(details|summary)>/g, "");
}

/** The first cell names what the others tell. */
function rowText(row: string): string {
  const cells = row.replace(/^\||\|$/g, "").split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/\s+/g, " ").replaceAll("\\|", "|"));
  return `${cells[0]}: ${cells.slice(1).join("; ")}`;
}

function withStyles(text: string, { bold, cyan }: Colours): string {
  return text
    .replace(/\*\*(?=\S)([^*]+)(?<=\S)\*\*/g, (_, strong) => bold(strong))
    .split(/(`[^`]+`)/)
    .map((part) => part.startsWith("`") ? withColour(part, cyan) : withoutMarks(part))
    .join("");
}

/** Without colours a piece of code keeps its quotes. */
function withColour(code: string, colour: (text: string) => string): string {
  const plain = code.slice(1, -1);
  return colour(plain) === plain ? code : colour(plain);
}

function withoutMarks(text: string): string {
  return text
    .replace(
      /\[([^\]]+)\]\(([^)]+)\)/g,
      (_, name, target) => name === target ? name : `${name} (${target})`,
    )
    .replace(/(?<!\w)_([^_]+)_(?!\w)/g, "$1");
}
