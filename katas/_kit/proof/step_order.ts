/**
 * Whether the steps of a kata can be done one after the other: the tests of a step must not need what a later
 * step builds. The lesson says which that is: a step builds what it is the first to name.
 */
import { type Function, parse, type Program } from "acorn";
import { stripTypeScriptTypes } from "node:module";
import { judgeMany } from "../judging/many.ts";
import { isLastTest } from "../suite/last.ts";
import { onSheets, separated } from "../wrong/sheets.ts";

/** A kata with a reference. */
export interface Stepped {
  slug: string;
  /** How many steps it has. */
  steps: number;
  lesson: string;
  stub: string;
  /** The text of the reference, with its parts. */
  reference: string;
}

/** Something that the stub leaves to the learner. */
interface Member {
  /** `Lock.acquire`, `new Lock`, `waitFor`. */
  name: string;
  /** The step that builds it. */
  step: number;
  /** Where its body begins. */
  at: number;
  /** Whether it rejects, instead of throwing. */
  isAsync: boolean;
}

/** The first test that needs a later step than its own, or what else is wrong with it. */
export async function stepOrderFault(kata: Stepped): Promise<string | null> {
  const candidates = Array.from({ length: kata.steps - 1 }, (_, i) => ({
    name: `step_${i + 1}`,
    source: upToStep(kata, i + 1),
    only: i + 1,
  }));
  const results = await judgeMany(kata.slug, candidates, { patience: 10_000 });
  for (const { name, only } of candidates) {
    const tests = results.get(name)!.filter(({ name }) => !isLastTest(name));
    if (tests.length === 0) return `No test of step ${only} came to a result`;
    const failed = tests.find(({ outcome }) => outcome === "failed");
    if (failed) return `Before step ${only + 1}, '${failed.name}' is red: ${failed.message}`;
  }
  return null;
}

/** The reference as it is before the steps that follow: what they build throws as the stub does. */
export function upToStep({ slug, steps, lesson, stub, reference }: Stepped, step: number): string {
  const sections = sectionsOf(lesson, steps);
  const open = new Map(
    membersOf(stub, sections)
      .filter(({ name }) => stub.includes(`notYet("${name}")`))
      .map(({ name, isAsync }) => [name, isAsync]),
  );
  const left = new Set(open.keys());
  const sheets = [...separated(`${slug}.ts`, reference)].map(([file, text]) => {
    const members = membersOf(text, sections)
      .filter(({ name }) => open.has(name))
      .map((member) => ({ ...member, isAsync: open.get(member.name)! }));
    for (const { name } of members) left.delete(name);
    const later = members.filter((member) => member.step > step);
    return [file, later.length > 0 ? withoutMembers(text, later, slug) : text] as const;
  });
  if (left.size > 0) throw new Error(`The reference of ${slug} lacks ${[...left].join(", ")}`);
  return onSheets(sheets);
}

/** All code that the lesson shows in the part on each step. */
function sectionsOf(lesson: string, steps: number): string[] {
  return Array.from({ length: steps }, (_, i) => {
    const section = lesson.split(`\n### [${i + 1}] `)[1]?.split(/\n##/)[0] ?? "";
    return [...section.matchAll(/`([^`]+)`/g)].map(([, code]) => code).join("\n");
  });
}

/** The step that is the first to name it; the first one if nobody does. */
function firstToName(name: string, sections: readonly string[]): number {
  const word = new RegExp(`(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`);
  return 1 + Math.max(0, sections.findIndex((section) => word.test(section)));
}

/** The exported functions of a file, and what its exported classes have. */
function membersOf(text: string, sections: readonly string[]): Member[] {
  return parsed(text).body.flatMap((node): Member[] => {
    const declared = node.type === "ExportNamedDeclaration" ? node.declaration : null;
    if (declared?.type === "FunctionDeclaration") {
      const { name } = declared.id;
      return [{ name, step: firstToName(name, sections), ...entryOf(declared) }];
    }
    if (declared?.type !== "ClassDeclaration") return [];
    const { id, body } = declared;
    const step = firstToName(id.name, sections);
    const methods = body.body.filter((member) => member.type === "MethodDefinition");
    return methods.map(({ kind, computed, key, value }) => {
      const own = text.slice(key.start, key.end).replaceAll('"', "'");
      const member = computed ? `${id.name}[${own}]` : `${id.name}.${own}`;
      const name = kind === "constructor" ? `new ${id.name}` : member;
      // A method of an earlier class may have named it already, and nobody names a symbol.
      const named = kind === "constructor" ? 1 : firstToName(own, sections);
      return { name, step: Math.max(step, named), ...entryOf(value) };
    });
  });
}

function entryOf({ async, generator, body }: Function): Pick<Member, "at" | "isAsync"> {
  return { at: body.start + 1, isAsync: async && !generator };
}

/** Parses TypeScript. Every place is one of the text: types become blanks. */
function parsed(text: string): Program {
  // Without `readonly` a parameter that is a property as well is only a parameter, which can be blanked.
  const plain = text.replace(/\b(?:readonly|private) /g, (word) => " ".repeat(word.length));
  return parse(stripTypeScriptTypes(plain), { ecmaVersion: "latest", sourceType: "module" });
}

/** Has the members throw, unless the reference calls them itself: another answer need not do so. */
function withoutMembers(text: string, members: readonly Member[], slug: string): string {
  let cut = text;
  for (const { name, at, isAsync } of members.toSorted((a, b) => b.at - a.at)) {
    const end = isAsync ? "return Promise.reject(later)" : "throw later";
    const entry = ` { const later = laterStep("${name}"); if (later) ${end}; }`;
    cut = `${cut.slice(0, at)}${entry}${cut.slice(at)}`;
  }
  return `${cut}
function laterStep(what: string): Error | undefined {
  const caller = new Error().stack!.split("\\n")[3] ?? "";
  const isOwn = ${new RegExp(`/katas/${slug}/(?!\\w+_test\\.)\\w+\\.ts`)}.test(caller);
  if (isOwn || !/\\b(?:file|data|blob):/.test(caller)) return undefined;
  return new Error(what + " is not implemented yet: katas/${slug}/README.md");
}
`;
}
