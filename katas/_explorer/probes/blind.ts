/**
 * Code that probes cannot read: who runs it is told by the history of its answers alone. So each of its functions
 * says that it runs.
 */
import type { AnyNode } from "acorn";
import MagicString from "magic-string";
import { childrenOf, isFunction } from "./names.ts";

/** The module, whose functions say that they run. */
export function blinded(source: string, body: readonly AnyNode[], runtime: string): MagicString {
  const text = new MagicString(source);
  body.forEach((node) => mark(node, text));
  return text.prepend(`import { probe as $blind } from ${JSON.stringify(runtime)}; `);
}

function mark(node: AnyNode, text: MagicString): void {
  if (isFunction(node)) {
    const { type, start, end } = node.body;
    if (type === "BlockStatement") text.appendLeft(start + 1, " $blind.blind();");
    else text.appendRight(start, "($blind.blind(), ").appendLeft(end, ")");
  }
  for (const child of childrenOf(node)) mark(child, text);
}
