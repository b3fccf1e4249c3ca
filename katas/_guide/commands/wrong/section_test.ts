import { assertEquals } from "@std/assert";
import { withBlocksOf, withSection } from "./section.ts";

const page = `# Wrong solutions

An introduction.

## a_first

One.

\`\`\`diff
-a
\`\`\`

\`\`\`diff
-b
\`\`\`

A remark.

## c_third

Three.

\`\`\`diff
-a
\`\`\`
`;

Deno.test("withSection() puts a section into its alphabetical place", () => {
  const headings = (name: string) => {
    const text = withSection(page, name, `## ${name}\n\nNew.\n`);
    return text.match(/(?<=^## ).*/gm);
  };
  assertEquals(headings("b_second"), ["a_first", "b_second", "c_third"]);
  assertEquals(headings("a"), ["a", "a_first", "c_third"]);
  assertEquals(headings("d"), ["a_first", "c_third", "d"]);
  assertEquals(withSection("# Wrong solutions\n", "a", "## a\n"), "# Wrong solutions\n\n## a\n");
});

Deno.test("withBlocksOf() changes the blocks of one section and nothing else", () => {
  const blocks = "```diff\n-x\n```\n";
  assertEquals(
    withBlocksOf(page, "a_first", `## a_first\n\n${blocks}`),
    page.replace("```diff\n-a\n```\n\n```diff\n-b\n```\n", blocks),
  );
});
