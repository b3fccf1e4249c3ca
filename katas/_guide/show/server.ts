/** Serves one page on this machine, to this machine. */
import type { Question } from "../../_kit/stage/protocol.ts";
import type { News, Reply } from "./news.ts";

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
  const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const response = await respond(request, show, own, listeners);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  );
  const own = `127.0.0.1:${server.addr.port}`;
  return {
    url: `http://${own}/`,
    tell(news) {
      for (const listener of listeners) listener.enqueue(event(news));
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.close();
      listeners.clear();
      await server.shutdown();
    },
  };
}

async function respond(
  request: Request,
  show: Show,
  own: string,
  listeners: Set<ReadableStreamDefaultController<Uint8Array>>,
): Promise<Response> {
  // A page of another host may have a name that leads to this machine, or may just try.
  if (!isOwn(request, own)) return refusal(403);
  const { pathname } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return new Response(await show.page(), {
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    case "GET /news":
      return new Response(newsFor(listeners), { headers: { "content-type": "text/event-stream" } });
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

function newsFor(
  listeners: Set<ReadableStreamDefaultController<Uint8Array>>,
): ReadableStream<Uint8Array> {
  let own: ReadableStreamDefaultController<Uint8Array>;
  return new ReadableStream({
    start(controller) {
      own = controller;
      listeners.add(own);
      // Something has to be sent before the page knows that it is heard.
      own.enqueue(new TextEncoder().encode(": here\n\n"));
    },
    cancel() {
      listeners.delete(own);
    },
  });
}

function event(news: News): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(news)}\n\n`);
}
