/** `deno bench -P solutions/managers`: ours beside others, in one run. */
import { answer } from "./managers.ts";

Deno.bench("ours", () => {
  answer();
});
