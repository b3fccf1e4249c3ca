/**
 * How two processes that know the same key find out that they do, and tell it to nobody else. Each sends
 * a random number that was never sent before, and proves that it knows the key by a code of both
 * numbers, HMAC with SHA-256. A code that was overheard is worth nothing the next time.
 *
 * All parts have a fixed length: a stranger can neither fill the memory nor send half a number for ever.
 *
 * @module
 */
import { receiveWhole, sendWhole } from "./line.ts";

const size = 32;

/** A stranger that has not answered after so many milliseconds is let go. */
const patience = 30_000;

/** A new key, which travels on a line that is private already. */
export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Whether the one who has called knows the key. If so, this side has proved that it does, too. */
export function knowsKey(caller: Deno.Conn, key: Uint8Array): Promise<boolean> {
  return inTime(askCaller(caller, key));
}

/**
 * Proves to the one who is called that this side knows the key. Whether that one does, too. It waits as long
 * as it takes: who is called may be busy, and a child would take a fifth longer to start with its first
 * timer.
 */
export async function showKey(called: Deno.Conn, key: Uint8Array): Promise<boolean> {
  const theirs = await receiveWhole(called, size);
  if (!theirs) return false;
  const ours = newNonce();
  const proof = await proofOf(key, "caller", theirs, ours);
  await sendWhole(called, new Uint8Array([...ours, ...proof]));
  const answer = await receiveWhole(called, size);
  return answer !== undefined && await isProof(answer, key, "called", theirs, ours);
}

async function askCaller(caller: Deno.Conn, key: Uint8Array): Promise<boolean> {
  const ours = newNonce();
  await sendWhole(caller, ours);
  const answer = await receiveWhole(caller, 2 * size);
  if (!answer) return false;
  const [theirs, proof] = [answer.subarray(0, size), answer.subarray(size)];
  if (!await isProof(proof, key, "caller", ours, theirs)) return false;
  await sendWhole(caller, await proofOf(key, "called", ours, theirs));
  return true;
}

const newNonce = newKey;

type Side = "caller" | "called";

/** Only who knows the key can make it. It names its side: nobody is answered by his own words. */
async function proofOf(
  key: Uint8Array,
  side: Side,
  called: Uint8Array,
  caller: Uint8Array,
): Promise<Uint8Array> {
  const code = await crypto.subtle.sign("HMAC", await hmacKey(key), text(side, called, caller));
  return new Uint8Array(code);
}

/** Takes the same time whichever byte is wrong. */
async function isProof(
  proof: Uint8Array<ArrayBuffer>,
  key: Uint8Array,
  side: Side,
  called: Uint8Array,
  caller: Uint8Array,
): Promise<boolean> {
  return await crypto.subtle.verify(
    "HMAC",
    await hmacKey(key),
    proof,
    text(side, called, caller),
  );
}

/** A key may be of any length. Web Crypto refuses an empty one, which HMAC fills up with zeros anyway. */
async function hmacKey(key: Uint8Array): Promise<CryptoKey> {
  const bytes = key.length > 0 ? new Uint8Array(key) : new Uint8Array(1);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
}

function text(side: Side, called: Uint8Array, caller: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...new TextEncoder().encode(side), ...called, ...caller]);
}

/** The verdict. It is no when the time is over; what is still awaited ends when the caller hangs up. */
async function inTime(verdict: Promise<boolean>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, patience, false);
  Deno.unrefTimer(timer);
  try {
    return await Promise.race([verdict, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
