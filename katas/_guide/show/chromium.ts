/** Where Chromium is, on the machines of those who work on the page. */
export function chromiumPath(): string {
  const own = Deno.env.get("CHROMIUM");
  const known = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const path = own ?? known.find((path) => isFile(path));
  if (!path) throw new Error("There is no Chromium here: set CHROMIUM to its path");
  return path;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
