/** Where an operation stands in the source of the program under test. */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Operation } from "./operation.ts";

export type Place = Pick<Operation, "where" | "calls">;

/** A place that nobody can tell. */
export const nowhere: Place = { where: "unknown", calls: [] };

const thisFolder = new URL("../", import.meta.url).href;

/** What a call site tells, of what is asked here. */
interface Site {
  getScriptNameOrSourceURL(): string | null;
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** The place from where `callee` was called. A stack is dear to read, so that is done when it is asked for. */
export function placeOfCall(callee: (...args: never[]) => unknown, depth: number): () => Place {
  const here: { stack?: unknown } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  Error.captureStackTrace(here, callee);
  Error.stackTraceLimit = stackTraceLimit;
  return () => {
    const sites = sitesOf(here);
    const first = sites.find(isTheirs);
    return {
      where: first ? textOf(first).match(/[^/\\]+$/)![0] : nowhere.where,
      get calls() {
        return sites.filter(isTheirs).map(textOf);
      },
    };
  };
}

function sitesOf(here: { stack?: unknown }): Site[] {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites;
  try {
    return here.stack as Site[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Whether a call is the program's, and not the explorer's own or the runtime's. */
function isTheirs(site: Site): boolean {
  const file = site.getScriptNameOrSourceURL();
  return file !== null && file !== undefined &&
    (!file.startsWith(thisFolder) || /_test\.ts|\/corpus\//.test(file));
}

/** The place in the file as it was written, which the runtime has mapped it to. */
function textOf(site: Site): string {
  const file = site.getFileName()!;
  const url = isAbsolute(file) ? pathToFileURL(file) : file;
  return `${url}:${site.getLineNumber()}:${site.getColumnNumber()}`;
}
