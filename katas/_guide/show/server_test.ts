import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { request } from "node:http";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { serve } from "./server.ts";

const show = {
  page: () => Promise.resolve("<p>the page"),
  answer: (question: object) => Promise.resolve({ refused: JSON.stringify(question) }),
};

/** Asks as any program can, with headers that `fetch` does not allow. */
function ask(
  url: string,
  { method = "GET", body = "", headers = {} }: {
    method?: string;
    body?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => text += part);
      response.on("end", () => {
        resolve({ status: response.statusCode!, text, headers: response.headers });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

permittedTest("the server hands out its page on the loopback interface alone", async () => {
  await using server = serve(show);
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const { status, text, headers } = await ask(server.url);
  assertEquals([status, text], [200, "<p>the page"]);
  assertEquals(headers["x-frame-options"], "DENY");
  assertEquals(headers["access-control-allow-origin"], undefined);
});

permittedTest("the server refuses anything but its own page and data", async () => {
  await using server = serve(show);
  const { url } = server;
  for (const path of ["deno.json", "../deno.json", "%2e%2e/deno.json", "page/main.ts", "news/x"]) {
    assertEquals((await ask(`${url}${path}`)).status, 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
    assertEquals((await ask(url, { method })).status, 404, method);
  }
  assertEquals((await ask(`${url}ask`)).status, 404);
  for (const body of ["", "{", "[]", "null", '{"draw":1}', '{"run":"x"}']) {
    assertEquals((await ask(`${url}ask`, { method: "POST", body })).status, 400, body);
  }
  const question = '{"draw":"A:l"}';
  const answer = await ask(`${url}ask`, { method: "POST", body: question });
  assertEquals(JSON.parse(answer.text), { refused: question });
});

permittedTest("the server refuses the pages of other hosts", async () => {
  await using server = serve(show);
  const { url } = server;
  const { host, port } = new URL(url);
  const refused: Record<string, string>[] = [
    { host: "evil.example" },
    { host: `evil.example:${port}` },
    { host: `localhost:${port}` },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `http://localhost:${port}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) {
    assertEquals((await ask(url, { headers })).status, 403, JSON.stringify(headers));
    const asked = { method: "POST", body: '{"draw":""}', headers };
    assertEquals((await ask(`${url}ask`, asked)).status, 403, JSON.stringify(headers));
  }
  const own = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
  assertEquals((await ask(url, { headers: own })).status, 200);
});

permittedTest(
  "the server tells open pages what is new, and those what they have missed",
  async () => {
    await using server = serve(show);
    const hear = async (edition: number) => {
      const { body } = await fetch(`${server.url}news?edition=${edition}`);
      return body!.pipeThrough(new TextDecoderStream()).getReader();
    };
    const early = await hear(0);
    await early.read();
    server.tell({ judging: true });
    assertEquals((await early.read()).value, 'data: {"judging":true}\n\n');
    // deno-lint-ignore no-explicit-any
    server.tell({ scene: { edition: 1 } as any });
    assertStringIncludes((await early.read()).value!, '"edition":1');
    await early.cancel();
    const late = await hear(0);
    let heard = "";
    while (!heard.includes("data:")) heard += (await late.read()).value;
    assertStringIncludes(heard, '"edition":1');
    await late.cancel();
  },
);
