/**
 * A registry of packages on this machine, as JSR is one: `deno publish` sends the package there, and a
 * project loads it from there.
 *
 * @module
 */

interface Meta {
  manifest: Record<string, { size: number; checksum: string }>;
  exports: Record<string, string>;
}

export class Registry implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    return pathname.startsWith("/api/") ? this.#receive(request) : this.#serve(pathname);
  });

  /** Its address, for `JSR_URL`. */
  readonly url: string = `http://127.0.0.1:${this.#server.addr.port}/`;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** The calls that `deno publish` makes: is there such a version, is there such a package, take it. */
  async #receive({ method, url, body }: Request): Promise<Response> {
    const [, scope, name, version] =
      url.match(/scopes\/(\w+)\/packages\/(\w+)(?:\/versions\/([\d.]+))?/) ?? [];
    if (!version) return Response.json({ scope, name });
    if (method === "GET") return Response.json({ code: "packageVersionNotFound" }, { status: 404 });
    const folder = `${this.#folder}/@${scope}/${name}`;
    await Deno.mkdir(`${folder}/${version}`, { recursive: true });
    const tar = new Deno.Command("tar", {
      args: ["-xz", "-C", `${folder}/${version}`],
      stdin: "piped",
    }).spawn();
    await body!.pipeTo(tar.stdin);
    await tar.status;
    const put = (file: string, data: unknown) =>
      Deno.writeTextFile(`${folder}/${file}`, JSON.stringify(data));
    await put(`${version}_meta.json`, await metaOf(`${folder}/${version}`));
    await put("meta.json", { scope, name, latest: version, versions: { [version]: {} } });
    return Response.json({ id: "1", status: "success", error: null });
  }

  async #serve(pathname: string): Promise<Response> {
    const headers = {
      "content-type": pathname.endsWith(".ts") ? "application/typescript" : "application/json",
    };
    try {
      return new Response(await Deno.readTextFile(this.#folder + pathname), { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  }
}

/** What the registry says of a version: its files, and its doors. */
async function metaOf(folder: string): Promise<Meta> {
  const manifest: Meta["manifest"] = {};
  for (const file of filesOf(folder)) {
    const bytes = Deno.readFileSync(folder + file);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    manifest[file] = { size: bytes.length, checksum: `sha256-${hash.toHex()}` };
  }
  const { exports } = JSON.parse(Deno.readTextFileSync(`${folder}/deno.json`));
  return { manifest, exports: typeof exports === "string" ? { ".": exports } : exports };
}

function* filesOf(folder: string, path = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder + path)) {
    if (isDirectory) yield* filesOf(folder, `${path}/${name}`);
    else yield `${path}/${name}`;
  }
}
