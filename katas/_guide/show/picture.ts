/** Makes the README's picture of a schedule: `deno task picture`. */
import { chromium } from "playwright-core";
import { curriculum } from "../../curriculum.ts";
import { repository as root } from "../../_kit/judging/judge.ts";
import { wrongFile } from "../../_kit/wrong/wrong_file.ts";
import { ownScreen } from "../terminal/screen.ts";
import { chromiumPath } from "./chromium.ts";
import { documentOf } from "./document.ts";
import { Theatre } from "./theatre.ts";

const { signal } = new AbortController();
const guide = { root, katas: curriculum, screen: ownScreen(() => {}), signal, limit: 60_000 };
await using file = await wrongFile("locks", "check_then_set");
await using theatre = new Theatre(guide, "locks", { test: "never inside the lock" }, file.url);
const scene = await theatre.perform();
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 690 } });
await page.setContent(await documentOf(scene, false));
for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
const path = new URL("schedule.png", import.meta.url).pathname;
await page.screenshot({ path });
await browser.close();
