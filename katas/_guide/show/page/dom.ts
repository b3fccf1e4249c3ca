/// <reference lib="dom" />
/** Making elements. All text becomes text nodes: what stands in a learner's file is never markup. */

type Child = Node | string;
type Attributes = Record<string, string | boolean | undefined>;

/** An element with attributes and children; an attribute that is false is left out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The page's element of this id. */
export function part(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** A thread's number as a class: it chooses the colour. */
export function colourOf(thread: number): string {
  return `thread-${thread}`;
}
