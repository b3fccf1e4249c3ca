import { assertEquals, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { plainText } from "./markdown.ts";
import { fakeScreen } from "../testing.ts";

const lesson = `# Locks

Two **threads** want _one_ counter,
and \`counter[0]--\` is two steps. See [the next](../queues/README.md).

- **First.** A short item
  that goes on here.
- Second.

| method      | does              |
| ----------- | ----------------- |
| \`acquire()\` | takes \`a \\| b\`    |
| \`release()\` | frees **it** now  |

\`\`\`ts
if (free)   take();

else wait();
\`\`\`

The end.
`;

Deno.test("plainText() fills prose, and leaves code as it is", () => {
  assertEquals(
    plainText(lesson, fakeScreen({ width: 40 })),
    `Locks

Two threads want one counter, and
\`counter[0]--\` is two steps. See the
next (../queues/README.md).

- First. A short item that goes on here.
- Second.

  \`acquire()\`: takes \`a | b\`
  \`release()\`: frees it now

    if (free)   take();

    else wait();

The end.`,
  );
});

Deno.test("plainText() colours code and drops its quotes where there are colours", () => {
  const text = plainText("Use `await` **now**.", fakeScreen({ colour: true }));
  assertEquals(text, "Use \x1b[36mawait\x1b[39m \x1b[1mnow\x1b[22m.");
});

permittedTest("plainText() shows every lesson in its width", async () => {
  const { curriculum } = await import("../../curriculum.ts");
  for (const { slug } of curriculum) {
    const markdown = await Deno.readTextFile(new URL(`../../${slug}/README.md`, import.meta.url));
    const text = plainText(markdown, fakeScreen({ width: 60 }));
    assertStringIncludes(text, "Your task");
    for (const line of text.split("\n").filter((line) => !line.startsWith("    "))) {
      assertEquals(line.length <= 60, true, `${slug}: ${line}`);
    }
  }
});
