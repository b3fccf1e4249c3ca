/** Serves one page on this machine, to this machine. */
import type { Question } from "../../_kit/stage/protocol.ts";
import type { News, Reply } from "./news.ts";
import type { Scene } from "./scene.ts";

/** What the server hands out. */
export interface Show {
  /** The page. */
  page(): Promise<string>;
  answer(question: Question): Promise<Reply>;
}

/** A server that runs. */
export interface Server extends AsyncDisposable {
  url: string;
  /** Tells all open pages. */
  tell(news: News): void;
}

const headers = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Starts it at a free port of the loopback interface. */
export function serve(show: Show): Server {
  const audience = new Audience();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const response = await respond(request, show, own, audience);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  );
  const own = `127.0.0.1:${server.addr.port}`;
  return {
    url: `http://${own}/`,
    tell: (news) => audience.tell(news),
    async [Symbol.asyncDispose]() {
      audience.leave();
      await server.shutdown();
    },
  };
}

async function respond(
  request: Request,
  show: Show,
  own: string,
  audience: Audience,
): Promise<Response> {
  // A page of another host may have a name that leads to this machine, or may just try.
  if (!isOwn(request, own)) return refusal(403);
  const { pathname, searchParams } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return new Response(await show.page(), {
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    case "GET /news": {
      const news = audience.hear(Number(searchParams.get("edition")));
      return new Response(news, { headers: { "content-type": "text/event-stream" } });
    }
    case "POST /ask": {
      const question = questionIn(await request.text());
      return question ? Response.json(await show.answer(question)) : refusal(400);
    }
    default:
      return refusal(404);
  }
}

function isOwn({ headers }: Request, own: string): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  return headers.get("host") === own && (origin === null || origin === `http://${own}`) &&
    (site === null || site === "same-origin" || site === "none");
}

function refusal(status: number): Response {
  return new Response(null, { status });
}

/** A question as the page asks it; null for anything else. */
function questionIn(text: string): Question | null {
  try {
    const { draw, fail } = JSON.parse(text);
    if (typeof draw === "string") return { draw };
    return typeof fail === "string" ? { fail } : null;
  } catch {
    return null;
  }
}

/** The pages that are open. */
class Audience {
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  /** What was shown last. */
  #scene: Scene | null = null;

  tell(news: News): void {
    if ("scene" in news) this.#scene = news.scene;
    for (const listener of this.#listeners) listener.enqueue(written(news));
  }

  /** All news from now on, and what a page has missed that has seen this edition. */
  hear(edition: number): ReadableStream<Uint8Array> {
    const listeners = this.#listeners;
    const scene = this.#scene;
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start(controller) {
        own = controller;
        listeners.add(own);
        // Something has to be sent before the page knows that it is heard.
        own.enqueue(new TextEncoder().encode(": here\n\n"));
        if (scene && scene.edition > edition) own.enqueue(written({ scene }));
      },
      cancel() {
        listeners.delete(own);
      },
    });
  }

  leave(): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
  }
}

function written(news: News): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(news)}\n\n`);
}
