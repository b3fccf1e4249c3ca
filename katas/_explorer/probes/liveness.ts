/**
 * Which variables code may still ask for, told from its end backwards. Where it is not sure, it says all that the
 * code speaks of.
 */
import type { AnyNode } from "acorn";
import { namesIn } from "./names.ts";

type Names = ReadonlySet<string>;

/** Where code may go besides to what comes after it. */
export interface Ways {
  /** What is asked for where `break` and `continue` lead. */
  breaking: Names;
  continuing: Names;
  /** What may be asked for at any time: by functions inside, or after an error; all where code jumps to labels. An assignment
   * ends none of it. */
  held: Names;
}

/** The variables that are asked for from here on: before this code, given those after it. */
export function liveBefore(node: AnyNode, after: Names, ways: Ways): Names {
  const before = (node: AnyNode | null | undefined, after: Names) =>
    node ? liveBefore(node, after, ways) : after;
  /** Nodes that run one after the other. */
  const inOrder = (nodes: readonly (AnyNode | null)[], after: Names) =>
    nodes.reduceRight((after, node) => before(node, after), after);
  const assigned = (name: string) =>
    ways.held.has(name) ? after : after.difference(new Set([name]));
  switch (node.type) {
    case "BlockStatement":
      return inOrder(node.body, after);
    case "ExpressionStatement":
      return before(node.expression, after);
    case "VariableDeclaration":
      return inOrder(node.declarations, after);
    case "VariableDeclarator":
      if (node.id.type !== "Identifier") break;
      return node.init ? before(node.init, assigned(node.id.name)) : after;
    case "IfStatement":
      return before(node.test, before(node.consequent, after).union(before(node.alternate, after)));
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return aroundLoop(node, after, ways).entry;
    case "ReturnStatement":
    case "ThrowStatement":
      return before(node.argument, ways.held);
    case "BreakStatement":
      return node.label ? ways.held : ways.breaking;
    case "ContinueStatement":
      return node.label ? ways.held : ways.continuing;
    case "AssignmentExpression":
      if (node.operator !== "=" || node.left.type !== "Identifier") break;
      return before(node.right, assigned(node.left.name));
    case "BinaryExpression":
      return inOrder([node.left, node.right], after);
    case "LogicalExpression":
      return before(node.left, after.union(before(node.right, after)));
    case "ConditionalExpression":
      return before(node.test, before(node.consequent, after).union(before(node.alternate, after)));
    case "CallExpression":
      return inOrder([node.callee, ...node.arguments], after);
    case "MemberExpression":
      return inOrder([node.object, node.computed ? node.property : null], after);
    case "SequenceExpression":
      return inOrder(node.expressions, after);
    case "UnaryExpression":
      return before(node.argument, after);
  }
  return anyOf(node, after, ways);
}

/** All that may be asked for in this code or after it, wherever it leads. */
export function anyOf(node: AnyNode, after: Names, ways: Ways): Names {
  const names = after.union(namesIn(node));
  return node.type.endsWith("Statement")
    ? names.union(ways.breaking).union(ways.continuing)
    : names;
}

export type Loop = AnyNode & { type: "WhileStatement" | "DoWhileStatement" | "ForStatement" };

/** What is asked for around a loop: before it, after each test, after each update, and after each round. */
export function aroundLoop(
  loop: Loop,
  after: Names,
  outer: Ways,
): { entry: Names; tested: Names; updated: Names; round: Names; ways: Ways } {
  const isFor = loop.type === "ForStatement";
  let test: Names = new Set();
  for (;;) {
    const update = isFor && loop.update ? liveBefore(loop.update, test, outer) : test;
    const ways = { ...outer, breaking: after, continuing: update };
    const body = liveBefore(loop.body, update, ways);
    const onward = body.union(after);
    const next = loop.test ? liveBefore(loop.test, onward, outer) : onward;
    if (next.size > test.size) {
      test = next;
      continue;
    }
    const around = { tested: onward, updated: test, round: update, ways };
    if (loop.type === "DoWhileStatement") return { entry: body, ...around };
    const entry = isFor && loop.init ? liveBefore(loop.init, test, outer) : test;
    return { entry, ...around };
  }
}
