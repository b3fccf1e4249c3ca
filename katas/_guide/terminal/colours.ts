/** Colours, or none. */
import { styleText } from "node:util";

const styles = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;

/** Functions that colour a text, or leave it as it is. */
export type Colours =
  & Record<typeof styles[number], (text: string) => string>
  & { readonly areOn: boolean };

/** All styles that the guide uses. */
export function coloursIf(areOn: boolean): Colours {
  const entries = styles.map((style) => [
    style,
    (text: string) =>
      areOn && text !== "" ? styleText(style, text, { validateStream: false }) : text,
  ]);
  return { ...Object.fromEntries(entries), areOn };
}
