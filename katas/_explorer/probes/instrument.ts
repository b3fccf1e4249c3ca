/**
 * Puts probes into a module, so that the local state of a thread can be read: in each function, before
 * each statement, a probe that can read the variables in scope. Nothing else about the code changes.
 *
 * What code is given to run is JavaScript with a source map; what comes out has a map to the same file.
 */
import {
  type AnyNode,
  type Class,
  type ForInStatement,
  type ForOfStatement,
  type Function as FunctionNode,
  type Literal,
  type MethodDefinition,
  type ObjectExpression,
  parse,
  type PrivateIdentifier,
  type Property,
  type PropertyDefinition,
  type StaticBlock,
  type SwitchStatement,
  type Token,
  type TryStatement,
  type VariableDeclaration,
} from "acorn";
import MagicString from "magic-string";
import { blinded } from "./blind.ts";
import { anyOf, aroundLoop, liveBefore, type Ways } from "./liveness.ts";
import {
  boundNames,
  childrenOf,
  hasLabels,
  hoisted,
  isConstant,
  isFunction,
  lexicalNames,
  namesIn,
  namesOf,
  speaksOf,
  valuesIn,
  varNames,
} from "./names.ts";
import { guardedSpecifier } from "./runtime_modules.ts";
import { Scope } from "./scope.ts";

/** Where a walk is: in which block, and in which function if it has a frame. */
interface Place {
  scope: Scope;
  /** The names that the function speaks of. */
  names: ReadonlySet<string>;
  /** The names that the function may still speak of when the statement here is done. */
  live: ReadonlySet<string>;
  ways: Ways;
  /** What else a probe of the function reads: `this`, its arguments. */
  extra: readonly string[];
  /** The probes' own variables in this function. */
  hidden: string[];
  /** Whether probes may stand here that read variables. */
  hasFrame: boolean;
  /** Whether code here runs in a thread, so that it can go round and round. */
  runs: boolean;
  /** Whether a function that is made here is made anew each time. */
  isInside: boolean;
}

type ClassMember = MethodDefinition | PropertyDefinition | StaticBlock;

let lastSite = 0;

/** The module with probes, or with what says that there are none. */
export function instrument(source: string, runtime: string): MagicString {
  const arrows: number[] = [];
  const onToken = ({ type, end }: Token) => {
    if (type.label === "=>") arrows.push(end);
  };
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module", onToken });
  const names = namesIn(program);
  if (["eval", "$probe", "$frame"].some((name) => names.has(name))) {
    return blinded(source, program.body, runtime);
  }
  const probes = new Probes(source, arrows);
  probes.module(program.body as AnyNode[]);
  return probes.text.prepend(`import { probe as $probe } from ${JSON.stringify(runtime)}; `);
}

class Probes {
  readonly text: MagicString;
  readonly #module = ++lastSite;
  readonly #arrows: readonly number[];
  readonly #stateful = new Set<string>();
  readonly #assigned = new Set<string>();
  readonly #holders = new Set<string>();
  readonly #values = new Set<string>();

  constructor(source: string, arrows: readonly number[]) {
    this.text = new MagicString(source);
    this.#arrows = arrows;
  }

  module(body: AnyNode[]): void {
    body.forEach((node) => this.#findAssigned(node));
    body.forEach((node) => valuesIn(node, this.#values));
    const scope = new Scope(null, null);
    const names = new Set<string>();
    const place = {
      scope,
      names,
      live: names,
      ways: { breaking: names, continuing: names, held: names },
      extra: [],
      hidden: [],
      hasFrame: false,
      runs: false,
      isInside: false,
    };
    this.#declareState(scope, "import.meta");
    for (const node of body) {
      if ("source" in node && node.source) this.#guardImport(node.source as Literal);
      const declared = declarationIn(node);
      if (declared.type === "ImportDeclaration") {
        for (const { local } of declared.specifiers) this.#declareState(scope, local.name);
      } else if (declared.type === "VariableDeclaration") this.#moduleVariables(scope, declared);
      else if (declared.type === "ClassDeclaration" && declared.id) {
        this.#declareState(scope, declared.id.name);
      } else if (declared.type === "FunctionDeclaration" && declared.id) {
        const { name } = declared.id;
        const isState = [this.#holders, this.#assigned, this.#values].some((it) => it.has(name));
        if (isState) this.#declareState(scope, name);
      }
    }
    for (const node of body) this.#statement(declarationIn(node), place);
  }

  #guardImport({ start, end, value }: Literal): void {
    const specifier = guardedSpecifier(String(value));
    if (specifier !== value) this.text.overwrite(start, end, JSON.stringify(specifier));
  }

  #declareState(scope: Scope, name: string): void {
    scope.declare(name, "maybe");
    this.#stateful.add(name);
  }

  #moduleVariables(scope: Scope, { kind, declarations }: VariableDeclaration): void {
    for (const { id, init } of declarations) {
      for (const name of namesOf(id)) {
        const isHandedOn = init && isFunction(init) && this.#values.has(name);
        const isFixed = kind === "const" && isConstant(init) && !this.#holders.has(name) &&
          !isHandedOn;
        if (!isFixed) this.#declareState(scope, name);
      }
    }
  }

  /** Notes which names are assigned to, anywhere. */
  #findAssigned(node: AnyNode): void {
    if (node.type === "AssignmentExpression") {
      namesOf(node.left).forEach((name) => this.#assigned.add(name));
    }
    if (node.type === "UpdateExpression" && node.argument.type === "Identifier") {
      this.#assigned.add(node.argument.name);
    }
    // A function is an object, and may be used as one.
    const target = node.type === "AssignmentExpression"
      ? node.left
      : node.type === "UpdateExpression"
      ? node.argument
      : null;
    if (target?.type === "MemberExpression" && target.object.type === "Identifier") {
      this.#holders.add(target.object.name);
    }
    if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
      if (node.left.type !== "VariableDeclaration") {
        namesOf(node.left).forEach((name) => this.#assigned.add(name));
      }
    }
    for (const child of childrenOf(node)) this.#findAssigned(child);
  }

  // -- Functions --

  /** A function with its frame. What awaits or yields has none: its probes would mix with others'. */
  #function(node: FunctionNode & AnyNode, outer: Place, extra = "this"): void {
    const isArrow = node.type === "ArrowFunctionExpression";
    const scope = new Scope(outer.scope, node, node.type === "FunctionDeclaration");
    if (node.body.type === "BlockStatement") {
      const { start } = node.body;
      scope.insert = (code) => void this.text.appendLeft(start + 1, code);
    }
    const names = namesIn(node);
    if (node.type === "FunctionExpression" && node.id) scope.declare(node.id.name, "constant");
    for (const name of node.params.flatMap(namesOf)) scope.variables.set(name, "always");
    for (const name of varNames(node.body)) scope.variables.set(name, "always");
    const own = isArrow
      ? outer.extra.filter((read) => speaksOf("this", node) || read !== "this")
      : [
        ...(speaksOf("this", node) ? [extra] : []),
        ...(speaksOf("arguments", node) ? ["[...arguments]"] : []),
        ...(speaksOf("new.target", node) ? ["new.target"] : []),
      ];
    const hasFrame = !node.async && !node.generator;
    const hidden: string[] = [];
    const held = heldIn(node);
    const place: Place = {
      scope,
      names,
      live: held,
      ways: { breaking: held, continuing: held, held },
      extra: own,
      hidden,
      hasFrame,
      runs: true,
      isInside: true,
    };
    node.params.forEach((param) => this.#expression(param, { ...place, hasFrame: false }));
    if (node.body.type !== "BlockStatement") return this.#arrowBody(node, place);
    const { start, end } = node.body;
    if (hasFrame) this.text.appendLeft(start + 1, this.#enter(names, scope));
    if (node.async) this.text.appendLeft(start + 1, " $probe.awaits();");
    const state = hasFrame ? null : this.#stateOf(names, scope);
    if (state) this.text.appendLeft(start + 1, ` $probe.uses(${state});`);
    this.#block(node.body.body, place, start + 1);
    if (hidden.length > 0) this.text.appendLeft(start + 1, ` let ${hidden.join(", ")};`);
    if (hasFrame) this.text.appendRight(end - 1, leave);
  }

  #arrowBody({ body, end, async: isAsync }: FunctionNode & AnyNode, place: Place): void {
    const start = this.#arrows.findLast((arrow) => arrow <= body.start)!;
    if (isAsync) {
      this.text.appendLeft(start, " ($probe.awaits(), ");
      this.#expression(body, place);
      return void this.text.appendLeft(end, ")");
    }
    if (place.hasFrame) {
      const probe = this.#probe(place, body);
      this.text.appendLeft(start, ` {${this.#enter(place.names, place.scope)} ${probe}; return (`);
    }
    this.#whole(body, place);
    if (place.hasFrame) this.text.appendLeft(end, `);${leave}}`);
  }

  #enter(names: ReadonlySet<string>, scope: Scope): string {
    return ` const $frame = $probe.enter(${this.#stateOf(names, scope)}); try {`;
  }

  /** The function that reads which of these names are variables of the module, or null if none is. */
  #stateOf(names: ReadonlySet<string>, scope: Scope): string | null {
    const state = [...this.#stateful].filter((name) =>
      names.has(name) && scope.find(name)?.scope.owner === null
    );
    if (state.length === 0) return null;
    const it = `$state${++lastSite}`;
    const reads = state.map((name) => `"${name}": $probe.maybe(() => ${name})`).join(", ");
    this.text.append(
      `\nfunction ${it}() { return { ${reads} }; }\n${it}.module = ${this.#module};`,
    );
    return it;
  }

  /** Makes a function known that may be met as a value: what it is, and what it holds on to. */
  #madeFunction(node: FunctionNode & AnyNode, place: Place, name: string | null): void {
    if (!place.isInside || name === "__proto__") return this.#function(node, place);
    const isNamed = name !== null && !("id" in node && node.id);
    const before = `$probe.made(${++lastSite}, ${this.#captures(node, place)}, `;
    const key = JSON.stringify(name);
    this.text.appendRight(node.start, isNamed ? `${before}{${key}: ` : before);
    this.#function(node, place);
    this.text.appendLeft(node.end, isNamed ? `}[${key}])` : ")");
  }

  #captures(node: AnyNode, { scope, extra }: Place): string {
    const isBound = node.type === "ArrowFunctionExpression";
    // What belongs to this function is no constant for those who meet the other one elsewhere.
    const inner = new Scope(scope, node);
    const reads = [...inner.reads(namesIn(node)), ...(isBound ? extra : [])];
    return `() => [${reads.join(", ")}]`;
  }

  // -- Statements --

  /** The probe that stands before this code. Without a frame it only sees that something goes on. */
  #probe({ scope, names, live, ways, extra, hasFrame }: Place, node: AnyNode): string {
    if (!hasFrame) return "$probe.goOn()";
    const reads = [...scope.reads(names, liveBefore(node, live, ways)), ...extra].join(", ");
    return `$frame.at(${++lastSite}, () => [${reads}])`;
  }

  #block(list: readonly AnyNode[], outer: Place, start: number): void {
    const place = inside(outer);
    const { scope } = place;
    scope.insert = (code) => void this.text.appendLeft(start, code);
    const functions = new Set(hoisted(list));
    for (const statement of list) {
      for (const name of lexicalNames(statement)) {
        const isFixed = functions.has(name) && !this.#assigned.has(name) &&
          !this.#holders.has(name);
        scope.declare(name, isFixed ? "constant" : functions.has(name) ? "always" : "later");
      }
    }
    if (place.isInside) this.#makeHoisted(list, place, start);
    // The variables of a block end with it, also where a loop comes back to the block.
    const own = new Set(list.flatMap(lexicalNames)).difference(outer.ways.held);
    const lives: ReadonlySet<string>[] = [outer.live.difference(own)];
    for (const statement of list.slice(1).reverse()) {
      lives.unshift(liveBefore(statement, lives[0], place.ways));
    }
    list.forEach((statement, i) => {
      this.#statement(statement, { ...place, live: lives[i] });
      this.#declareAfter(statement, scope);
    });
  }

  #makeHoisted(list: readonly AnyNode[], place: Place, start: number): void {
    for (const node of list) {
      if (node.type !== "FunctionDeclaration" || !node.id) continue;
      const made = `$probe.made(${++lastSite}, ${this.#captures(node, place)}, ${node.id.name});`;
      this.text.appendLeft(start, ` ${made}`);
    }
  }

  /** After its declaration a variable can be read. */
  #declareAfter(statement: AnyNode, scope: Scope): void {
    if (statement.type === "VariableDeclaration" && statement.kind !== "var") {
      for (const { id, init } of statement.declarations) {
        const isFixed = statement.kind === "const" && init && isFunction(init);
        for (const name of namesOf(id)) {
          const isKept = isFixed && !this.#holders.has(name);
          scope.variables.set(name, isKept ? "constant" : "always");
        }
      }
    } else if (statement.type === "ClassDeclaration" && statement.id) {
      scope.variables.set(statement.id.name, "always");
    }
  }

  #statement(node: AnyNode, place: Place, hasProbe = true): void {
    if (node.type === "BlockStatement") return this.#block(node.body, place, node.start + 1);
    if (node.type === "FunctionDeclaration") return this.#function(node, place);
    if (node.type === "EmptyStatement") return;
    if (hasProbe && place.runs) {
      this.text.appendRight(node.start, `${this.#probe(place, node)}; `);
    }
    switch (node.type) {
      case "LabeledStatement":
        return this.#statement(node.body, place, false);
      case "ExpressionStatement":
        return this.#whole(node.expression, place);
      case "ReturnStatement":
        if (node.argument) this.#whole(node.argument, { ...place, live: place.ways.held });
        return;
      case "IfStatement":
        this.#whole(node.test, this.#before(place, node.consequent, node.alternate));
        this.#body(node.consequent, place);
        if (node.alternate) this.#body(node.alternate, place);
        return;
      case "WhileStatement":
      case "DoWhileStatement": {
        const { tested, round, ways } = aroundLoop(node, place.live, place.ways);
        this.#part(node.test, { ...place, live: tested });
        return this.#body(node.body, { ...place, live: round, ways });
      }
      case "ForStatement":
        return this.#for(node, place);
      case "ForOfStatement":
      case "ForInStatement":
        return this.#forEach(node, place);
      case "SwitchStatement":
        return this.#switch(node, place);
      case "TryStatement":
        return this.#try(node, place);
      default:
        return this.#expression(node, place);
    }
  }

  /** A statement that may stand without braces, and needs them for its probe. */
  #body(node: AnyNode, place: Place, before = ""): void {
    if (node.type === "EmptyStatement") {
      if (place.runs) this.text.overwrite(node.start, node.end, `{${before} $probe.goOn(); }`);
      return;
    }
    if (node.type === "BlockStatement") {
      if (before) this.text.appendLeft(node.start + 1, before);
      return this.#statement(node, place);
    }
    if (!place.runs) return this.#statement(node, place);
    this.text.appendRight(node.start, `{${before} `);
    this.#statement(node, place);
    this.text.appendLeft(node.end, " }");
  }

  #for(node: AnyNode & { type: "ForStatement" }, outer: Place): void {
    const place = inside(outer);
    const { scope } = place;
    const { tested, updated, round, ways } = aroundLoop(node, place.live, place.ways);
    if (node.init) {
      for (const name of lexicalNames(node.init)) scope.declare(name, "later");
      this.#expression(node.init, place);
      this.#declareAfter(node.init, scope);
    }
    if (node.test) this.#part(node.test, { ...place, live: tested });
    if (node.update) this.#part(node.update, { ...place, live: updated });
    this.#body(node.body, { ...place, live: round, ways });
  }

  /** Where such a loop stands, no variable tells: two of the probes' own keep it. */
  #forEach(node: (ForOfStatement | ForInStatement) & AnyNode, outer: Place): void {
    const place = inside(outer);
    place.live = anyOf(node, outer.live, outer.ways);
    place.ways = { ...outer.ways, breaking: place.live, continuing: place.live };
    const { scope } = place;
    for (const name of lexicalNames(node.left)) scope.declare(name, "later");
    const site = ++lastSite;
    const [list, count] = [`$list${site}`, `$count${site}`];
    if (place.hasFrame) this.text.appendRight(node.right.start, `(${count} = 0, ${list} = (`);
    this.#expression(node.right, outer);
    if (place.hasFrame) this.text.appendLeft(node.right.end, "))");
    this.#target(node.left, place);
    this.#declareAfter(node.left, scope);
    if (place.hasFrame) {
      const isExact = node.type === "ForOfStatement";
      scope.hidden.push(isExact ? `$probe.each(${list})` : "$probe.opaque", count);
      place.hidden.push(list, count);
    }
    this.#body(node.body, place, place.hasFrame ? ` ${count}++;` : "");
  }

  /** The cases share a block, and a jump may pass by what an earlier one declares. */
  #switch(node: SwitchStatement, outer: Place): void {
    this.#expression(node.discriminant, outer);
    const place = inside(outer);
    place.live = anyOf(node, outer.live, outer.ways);
    place.ways = { ...outer.ways, breaking: place.live };
    const { scope } = place;
    const statements = node.cases.flatMap(({ consequent }) => consequent);
    for (const name of statements.flatMap(lexicalNames)) scope.declare(name, "maybe");
    for (const { test, consequent } of node.cases) {
      if (test) this.#expression(test, outer);
      for (const statement of consequent) this.#statement(statement, place);
    }
  }

  /** After an error anything may be asked for that the handlers speak of, and what comes after them. */
  #try(node: TryStatement & AnyNode, outer: Place): void {
    const { block, handler, finalizer } = node;
    const live = anyOf(node, outer.live, outer.ways);
    const place = { ...outer, live, ways: { ...outer.ways, held: outer.ways.held.union(live) } };
    this.#block(block.body, place, block.start + 1);
    if (handler) {
      const caught = inside(place);
      for (const name of namesOf(handler.param)) caught.scope.declare(name, "always");
      this.#block(handler.body.body, caught, handler.body.start + 1);
    }
    // What a `finally` holds up, a return or an error, no variable tells: there the probe before counts.
    if (finalizer) {
      this.#block(finalizer.body, { ...place, hasFrame: false }, finalizer.start + 1);
    }
  }

  // -- Expressions --

  /**
   * An expression for which nothing but the rest of its statement waits. In such a one only the way taken counts
   * when the next part begins, and no longer what led there.
   */
  #whole(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "LogicalExpression":
        this.#whole(node.left, this.#before(place, node.right, null));
        return this.#part(node.right, place);
      case "ConditionalExpression":
        this.#whole(node.test, this.#before(place, node.consequent, node.alternate));
        this.#part(node.consequent, place);
        return this.#part(node.alternate, place);
      default:
        return this.#expression(node, place);
    }
  }

  /** A part of a statement that begins as the statement itself does. */
  #part(node: AnyNode, place: Place): void {
    if (place.runs) this.text.appendRight(node.start, `(${this.#probe(place, node)}, `);
    this.#whole(node, place);
    if (place.runs) this.text.appendLeft(node.end, ")");
  }

  /** The place before code that goes one of two ways, the other one perhaps to what comes after it. */
  #before(place: Place, one: AnyNode, other: AnyNode | null | undefined): Place {
    const [a, b] = [one, other].map((way) =>
      way ? liveBefore(way, place.live, place.ways) : place.live
    );
    return { ...place, live: a.union(b) };
  }

  #expression(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "FunctionDeclaration":
        return this.#function(node, place);
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#madeFunction(node, place, null);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node, place);
      case "ObjectExpression":
        return this.#object(node, place);
      case "ImportExpression":
        if (node.source.type === "Literal") this.#guardImport(node.source);
        return this.#expression(node.source, place);
      case "UpdateExpression":
        return this.#target(node.argument, place);
      case "UnaryExpression":
        return node.operator === "delete"
          ? this.#target(node.argument, place)
          : this.#expression(node.argument, place);
      case "VariableDeclarator":
        if (node.init) this.#named(node.init, place, nameOf(node.id));
        return this.#expression(node.id, place);
      case "AssignmentExpression":
      case "AssignmentPattern":
        this.#named(node.right, place, nameOf(node.left));
        return this.#target(node.left, place);
      default:
        for (const child of childrenOf(node)) this.#expression(child, place);
    }
  }

  /** What is written or deleted. Whose field that is, a probe is told. */
  #target(node: AnyNode, place: Place): void {
    switch (node.type) {
      case "ArrayPattern":
        return node.elements.forEach((part) => part && this.#target(part, place));
      case "ObjectPattern":
        return node.properties.forEach((part) => {
          if (part.type === "Property" && part.computed) this.#expression(part.key, place);
          this.#target(part.type === "Property" ? part.value : part.argument, place);
        });
      case "RestElement":
        return this.#target(node.argument, place);
      case "ChainExpression":
        return this.#target(node.expression, place);
      case "MemberExpression": {
        const { object, property, computed } = node;
        const isPlain = object.type === "Super" || property.type === "PrivateIdentifier";
        if (!isPlain) this.text.appendRight(object.start, "$probe.target(");
        this.#expression(object, place);
        if (!isPlain) this.text.appendLeft(object.end, ")");
        if (computed) this.#expression(property, place);
        return;
      }
      default:
        return this.#expression(node, place);
    }
  }

  /** An expression whose value is given this name if it is a function without one. */
  #named(node: AnyNode, place: Place, name: string | null): void {
    if (isFunction(node)) this.#madeFunction(node, place, name);
    else this.#expression(node, place);
  }

  #object(node: ObjectExpression, place: Place): void {
    const methods = node.properties.filter((part): part is Property =>
      part.type === "Property" && (part.method || part.kind !== "init")
    );
    if (place.isInside && methods.length > 0) {
      const captures = this.#captures(node, { ...place, extra: [] });
      this.text.appendRight(node.start, `$probe.methods(${++lastSite}, ${captures}, `);
    }
    for (const part of node.properties) {
      if (part.type === "SpreadElement") this.#expression(part.argument, place);
      else if (methods.includes(part)) this.#function(part.value as FunctionNode & AnyNode, place);
      else {
        if (part.computed) this.#expression(part.key, place);
        this.#named(part.value, place, keyOf(part));
      }
    }
    if (place.isInside && methods.length > 0) this.text.appendLeft(node.end, ")");
  }

  #class(node: Class & AnyNode, place: Place): void {
    if (node.superClass) this.#expression(node.superClass, place);
    const { body } = node.body;
    const isField = (member: AnyNode): member is PropertyDefinition =>
      member.type === "PropertyDefinition";
    const read = (isStatic: boolean) =>
      body.filter(isField).filter((field) =>
        field.static === isStatic && field.key.type === "PrivateIdentifier"
      ).map(({ key }) => `#${(key as PrivateIdentifier).name}`)
        .map((name) => `${name} in it ? it.${name} : $probe.none`).join(", ");
    this.text.appendLeft(
      node.body.start + 1,
      ` static { $probe.owner(this, (it) => [${read(false)}], (it) => [${read(true)}]); }`,
    );
    for (const member of body) this.#member(member, node, place);
  }

  #member(member: ClassMember, { superClass }: Class, place: Place): void {
    const outside = { ...place, hasFrame: false, extra: ["$probe.maybe(() => this)"] };
    if (member.type === "StaticBlock") {
      const scope = new Scope(place.scope, member);
      const start = this.text.original.indexOf("{", member.start) + 1;
      return this.#block(member.body, { ...outside, scope, isInside: true }, start);
    }
    if (member.computed) this.#expression(member.key, place);
    if (member.type === "PropertyDefinition") {
      // A field is made anew for each object.
      const inside = { ...outside, isInside: true };
      if (!member.value) return;
      const { start, end } = member.value;
      const state = isFunction(member.value)
        ? null
        : this.#stateOf(namesIn(member.value), place.scope);
      if (state) this.text.appendRight(start, `($probe.uses(${state}), `);
      this.#named(member.value, inside, keyOf(member));
      if (state) this.text.appendLeft(end, ")");
    } else {
      const isDerived = member.kind === "constructor" && superClass;
      this.#function(
        member.value as FunctionNode & AnyNode,
        outside,
        isDerived ? outside.extra[0] : "this",
      );
    }
  }
}

/**
 * What a function may ask for at any time: what functions inside of it speak of, names of more than one variable,
 * and all where it jumps to labels.
 */
function heldIn(node: FunctionNode & AnyNode): ReadonlySet<string> {
  if (hasLabels(node.body)) return namesIn(node);
  const bound = [...node.params.flatMap(namesOf), ...boundNames(node.body)];
  const twice = bound.filter((name, i) => bound.indexOf(name) < i);
  return namesOfFunctionsIn(node).union(new Set(twice));
}

/** The names that the functions inside of the code speak of. */
function namesOfFunctionsIn(node: AnyNode, names: Set<string> = new Set()): Set<string> {
  for (const child of childrenOf(node)) {
    if (isFunction(child) || child.type === "ClassBody") namesIn(child, names);
    else namesOfFunctionsIn(child, names);
  }
  return names;
}

/** The inside of a block. What stands in a block of the module itself is made anew as well. */
function inside(outer: Place): Place {
  const scope = new Scope(outer.scope, outer.scope.owner ?? outer.scope);
  return { ...outer, scope, isInside: true };
}

const leave = " } finally { $probe.leave($frame); } ";

/** What a statement of a module declares, also if it is exported. */
function declarationIn(node: AnyNode): AnyNode {
  const isExport = node.type === "ExportNamedDeclaration" ||
    node.type === "ExportDefaultDeclaration";
  return isExport && node.declaration ? node.declaration as AnyNode : node;
}

function nameOf(node: AnyNode): string | null {
  return node.type === "Identifier" ? node.name : null;
}

/** The name that a key gives to a function. No name fits a key that is computed. */
function keyOf({ key, computed }: Property | PropertyDefinition): string {
  if (computed) return "__proto__";
  if (key.type === "Identifier") return key.name;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return String((key as Literal).value);
}
