/** Which names a piece of syntax declares and which it speaks of. */
import type { AnyNode, Function as FunctionNode, Pattern, Statement } from "acorn";

/** The nodes right below this one. */
export function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter((value): value is AnyNode =>
    typeof (value as AnyNode | null)?.type === "string"
  );
}

/** The names that a pattern binds: `{ a, b: [c] }` binds `a` and `c`. */
export function namesOf(pattern: Pattern | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((part) =>
        namesOf(part.type === "Property" ? part.value : part.argument)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap(namesOf);
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "RestElement":
      return namesOf(pattern.argument);
    default:
      return [];
  }
}

/** The names that a statement binds in its block; those of `var` belong to the function. */
export function lexicalNames(statement: AnyNode): string[] {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.kind === "var"
        ? []
        : statement.declarations.flatMap(({ id }) => namesOf(id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return statement.id ? [statement.id.name] : [];
    default:
      return [];
  }
}

/** The names that `var` binds in a function's body. */
export function varNames(node: AnyNode): string[] {
  if (isFunction(node) || node.type === "StaticBlock") return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var"
    ? node.declarations.flatMap(({ id }) => namesOf(id))
    : [];
  return [...own, ...childrenOf(node).flatMap(varNames)];
}

/** The names that a function's body binds in all of its blocks, as often as it does. */
export function boundNames(node: AnyNode): string[] {
  if (node.type === "FunctionDeclaration") return lexicalNames(node);
  if (isFunction(node) || node.type === "ClassBody") return [];
  const own = node.type === "VariableDeclarator"
    ? namesOf(node.id)
    : node.type === "CatchClause"
    ? namesOf(node.param)
    : node.type === "ClassDeclaration"
    ? lexicalNames(node)
    : [];
  return [...own, ...childrenOf(node).flatMap(boundNames)];
}

/** Whether code has places to jump to. */
export function hasLabels(node: AnyNode): boolean {
  return node.type === "LabeledStatement" || !isFunction(node) && childrenOf(node).some(hasLabels);
}

/** Whether the node is a function of any kind. */
export function isFunction(node: AnyNode): node is FunctionNode & AnyNode {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
}

/** Every name that the code speaks of, in the functions inside of it as well. */
export function namesIn(node: AnyNode, names: Set<string> = new Set()): Set<string> {
  if (node.type === "Identifier") names.add(node.name);
  if (node.type === "MetaProperty" && node.meta.name === "import") names.add("import.meta");
  for (const child of spokenChildren(node)) namesIn(child, names);
  return names;
}

/** The names that code uses as values, and not only calls: what is handed on can be given fields elsewhere. */
export function valuesIn(node: AnyNode, names: Set<string> = new Set()): Set<string> {
  if (node.type === "Identifier") names.add(node.name);
  for (const child of spokenChildren(node)) {
    const isNamed = child.type === "Identifier" && isCalledOrDeclared(child, node);
    if (!isNamed) valuesIn(child, names);
  }
  return names;
}

function isCalledOrDeclared(name: AnyNode, { type, ...parent }: AnyNode): boolean {
  const { callee, id } = parent as { callee?: AnyNode; id?: AnyNode };
  return name === callee || name === id || type === "ExportSpecifier";
}

/** The children without labels and without the names of properties, which are no variables. */
function spokenChildren(node: AnyNode): AnyNode[] {
  const children = childrenOf(node);
  switch (node.type) {
    case "MemberExpression":
      return node.computed ? children : [node.object];
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return node.computed ? children : node.value ? [node.value as AnyNode] : [];
    case "LabeledStatement":
      return [node.body];
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return [];
    default:
      return children;
  }
}

/** Whether a function speaks of `this`, of `super`, or of `new.target` or `arguments`, by itself or in an arrow. */
export function speaksOf(
  what: "this" | "super" | "new.target" | "arguments",
  node: AnyNode,
): boolean {
  const isIt = what === "super"
    ? node.type === "Super"
    : what === "this"
    ? node.type === "ThisExpression" || node.type === "Super"
    : what === "new.target"
    ? node.type === "MetaProperty" && node.meta.name === "new"
    : node.type === "Identifier" && node.name === "arguments";
  return isIt ||
    spokenChildren(node).some((child) =>
      !isOwnThis(child) && child.type !== "ClassBody" && speaksOf(what, child)
    );
}

function isOwnThis(node: AnyNode): boolean {
  return isFunction(node) && node.type !== "ArrowFunctionExpression";
}

/** Whether the value that a variable begins with never changes and holds nothing that does. */
export function isConstant(init: AnyNode | null | undefined): boolean {
  if (!init) return false;
  if (init.type === "UnaryExpression") return isConstant(init.argument);
  if (init.type === "BinaryExpression") return isConstant(init.left) && isConstant(init.right);
  if (init.type === "TemplateLiteral") return init.expressions.length === 0;
  return init.type === "Literal" && !("regex" in init && init.regex) || isFunction(init);
}

/** The statements of a list that declare functions, which are there from its beginning. */
export function hoisted(list: readonly (Statement | AnyNode)[]): string[] {
  return list.flatMap((statement) =>
    statement.type === "FunctionDeclaration" && statement.id ? [statement.id.name] : []
  );
}
