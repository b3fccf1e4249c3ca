/**
 * A module for a Worker, that imports this one. Its name is in a variable: else `deno test` would check its
 * types when the first Worker starts, in the time of a test.
 */
export function uncheckedModule(file: URL): URL {
  const name = JSON.stringify(file.href);
  return new URL(`data:text/javascript,const file = ${name}; await import(file);`);
}
