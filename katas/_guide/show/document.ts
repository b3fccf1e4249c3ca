/** The page as one file: style, script, modules and data are in it, and nothing is loaded from anywhere. */
import { stripTypeScriptTypes } from "node:module";
import type { PageData } from "./news.ts";
import type { Scene } from "./scene.ts";

const folder = new URL("page/", import.meta.url);
const modules = [
  "dom.ts",
  "game.ts",
  "main.ts",
  "schedule_view.ts",
  "source_view.ts",
  "threads_view.ts",
];

/** The page that shows a scene. `isServed` says whether it comes from a server, which it may ask. */
export async function documentOf(scene: Scene, isServed: boolean): Promise<string> {
  const page: PageData = isServed ? { scene, isServed } : {
    scene: { ...scene, canPlay: false },
    isServed,
  };
  const imports = Object.fromEntries(await Promise.all(modules.map(module)));
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${policyFor(isServed)}" />`,
    `<style>${await text("page.css")}</style>`,
    `<script type="importmap">${inScript({ imports })}</script>`,
    `<script type="application/json" id="data">${inScript(page)}</script>`,
  ].join("\n");
  return (await text("page.html")).replace("<!-- head -->", () => head);
}

function policyFor(isServed: boolean): string {
  const own = isServed ? "'self'" : "'none'";
  return "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; " +
    `img-src data:; connect-src ${own}; base-uri 'none'; form-action 'none'`;
}

/** A module's name, and its JavaScript as an address that holds all of it. */
async function module(name: string): Promise<[string, string]> {
  const code = stripTypeScriptTypes(await text(name));
  return [`#page/${name}`, `data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`];
}

/** Data as JSON that does not end the element it stands in, whatever strings are in it. */
function inScript(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function text(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, folder));
}
