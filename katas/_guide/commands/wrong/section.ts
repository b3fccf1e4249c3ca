/** Changing the page of wrong solutions, section by section. */

/** The page with the section in its alphabetical place. */
export function withSection(page: string, name: string, section: string): string {
  const { head, sections } = parts(page);
  const at = sections.findIndex((other) => nameOf(other) > name);
  sections.splice(at < 0 ? sections.length : at, 0, section);
  return [head, ...sections].map((text) => `${text.trim()}\n`).join("\n");
}

/** The page with the `diff` blocks of this section in the place of those that the named one has. */
export function withBlocksOf(page: string, name: string, section: string): string {
  const { head, sections } = parts(page);
  const blocks = section.match(block) ?? [];
  const changed = sections.map((old) => {
    if (nameOf(old) !== name) return old;
    // The first block's place is that of all, and what stands between and after them is kept.
    let isFirst = true;
    return old.replace(block, () => {
      const text = isFirst ? blocks.join("\n") : "";
      isFirst = false;
      return text;
    }).replace(/\n{3,}/g, "\n\n");
  });
  return [head, ...changed].map((text) => `${text.trim()}\n`).join("\n");
}

const block = /^```diff\n.*?^```\n?/gms;

function parts(page: string): { head: string; sections: string[] } {
  const [head, ...sections] = page.split(/^(?=## )/m);
  return { head, sections };
}

function nameOf(section: string): string {
  return section.slice("## ".length, section.indexOf("\n")).trim();
}
