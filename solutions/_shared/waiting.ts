/**
 * What all primitives in shared memory check in the same way and say in the same words.
 *
 * @module
 */

/** The milliseconds that the options of an `acquire` allow. */
export function waitLimit(
  { blocking = true, timeout }: { blocking?: boolean; timeout?: number },
): number {
  if (timeout === undefined) return blocking ? Infinity : 0;
  if (!blocking) {
    throw new RangeError("Cannot acquire with a 'timeout' and 'blocking: false': leave one out");
  }
  if (!(timeout >= 0)) {
    throw new RangeError(
      `Cannot acquire as 'timeout' must be milliseconds from 0 up: received ${timeout}`,
    );
  }
  return timeout;
}

/** The buffer, if one of that class can live in it. */
export function checkedBuffer(
  name: string,
  buffer: SharedArrayBuffer,
  size: number,
): SharedArrayBuffer {
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength !== size) {
    throw new TypeError(
      `Cannot attach as that is not the buffer of a ${name}: pass the 'buffer' of one`,
    );
  }
  return buffer;
}
