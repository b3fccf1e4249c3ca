/**
 * `deno check` of all that is not the learner's: each kata has its empty stub in the place of the
 * learner's file, whatever state that is in.
 */
import { curriculum } from "../../curriculum.ts";
import { writeImportMap } from "../judging/import_map.ts";
import { repository as root } from "../judging/judge.ts";

/** The folder's files and folders, without those that the learner writes. */
function ours(folder: string): string[] {
  const isOurs = (name: string) => !name.endsWith(".ts") || name.endsWith("_test.ts");
  return [...Deno.readDirSync(new URL(folder, root))]
    .filter(({ name }) => isOurs(name) && !name.endsWith(".md"))
    .map(({ name }) => `${folder}/${name}`);
}

const stubs = curriculum.map(({ slug }) => [
  new URL(`katas/${slug}/${slug}.ts`, root).href,
  new URL(`katas/_guide/pristine/${slug}.ts`, root).href,
]);
const map = await Deno.makeTempFile({ prefix: "import_map_", suffix: ".json" });
await writeImportMap(map, root, Object.fromEntries(stubs));
const tools = ["_explorer", "_guide", "_kit", "_std"].map((name) => `katas/${name}`);
const files = [
  "mod.ts",
  "solutions",
  ...tools,
  ...curriculum.flatMap(({ slug }) => ours(`katas/${slug}`)),
];
const check = new Deno.Command(Deno.execPath(), {
  args: ["check", "--quiet", `--import-map=${map}`, ...files],
  cwd: root,
});
const { code } = await check.spawn().status;
await Deno.remove(map);
Deno.exit(code);
