/** What `deno test --junit-path` writes. */
import { XMLParser } from "fast-xml-parser";
import { isLastTest } from "../suite/last.ts";

/** How one test of a suite ended. */
export interface TestResult {
  name: string;
  outcome: "passed" | "failed" | "ignored";
  /** What a failed test said. */
  message: string;
  /** What a passed test proved, in its own words. */
  proved?: string[];
}

/** The tests of a report, or nothing if it was not written to its end. */
export async function readReport(file: string): Promise<TestResult[] | undefined> {
  const text = await Deno.readTextFile(file).catch(() => "");
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    trimValues: true,
    isArray: (name) => name === "testsuite" || name === "testcase",
  });
  try {
    const suites: XmlSuite[] = parser.parse(text).testsuites?.testsuite ?? [];
    const cases = suites.flatMap(({ testcase = [] }) => testcase);
    return withoutSteps(cases.map(testResult)).filter(({ name }) => !isLastTest(name));
  } catch {
    return undefined;
  }
}

interface XmlSuite {
  testcase?: XmlCase[];
}

interface XmlCase {
  name: string;
  failure?: { "#text"?: string; message?: string };
  skipped?: unknown;
}

function testResult({ name, failure, skipped }: XmlCase): TestResult {
  if (failure !== undefined) {
    return { name, outcome: "failed", message: failure["#text"] ?? failure.message ?? "" };
  }
  return { name, outcome: skipped !== undefined ? "ignored" : "passed", message: "" };
}

/** A step is reported as a test of its own, below its test's name: what it said goes to that test. */
function withoutSteps(results: TestResult[]): TestResult[] {
  const tests: TestResult[] = [];
  for (const result of results) {
    const test = results.find(({ name }) => result.name.startsWith(`${name} > `));
    if (!test) tests.push(result);
    else if (result.outcome === "failed") test.message += `\n${result.name}: ${result.message}`;
    else (test.proved ??= []).push(result.name.slice(test.name.length + " > ".length));
  }
  return tests;
}
