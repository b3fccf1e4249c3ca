/**
 * A file as memory: whoever has mapped it sees what the others write, with no call in between.
 *
 * Deno has no such thing of its own, so the C library of the system does it. That takes `--allow-ffi`
 * without a limit: Deno hands out memory that a library has made to nobody else.
 *
 * @module
 */
const symbols = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const libraries: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libc.so.6",
  darwin: "/usr/lib/libSystem.B.dylib",
};

// These three are the same on both systems.
const toReadAndWrite = 2;
const readableAndWritable = 3;
const shared = 1;

type Library = Deno.DynamicLibrary<typeof symbols>;

function openLibrary(): Library {
  const path = libraries[Deno.build.os];
  if (!path) throw new Error(`Cannot share memory on ${Deno.build.os}: only on Linux and macOS`);
  return Deno.dlopen(path, symbols);
}

/** The bytes of a file, as one process has them in its memory. */
export class MappedFile {
  /** The bytes themselves. It is detached when this is closed. */
  readonly buffer: ArrayBuffer;
  readonly #library: Library;
  readonly #address: Deno.PointerObject;
  readonly #size: number;

  /**
   * @throws {Deno.errors.NotFound} If there is no such file.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi` or `--allow-read`.
   * @throws {Error} If the system is against it, or does not have what it takes.
   */
  constructor(path: string) {
    this.#size = Deno.statSync(path).size;
    this.#library = openLibrary();
    try {
      this.#address = map(this.#library, path, this.#size);
      this.buffer = Deno.UnsafePointerView.getArrayBuffer(this.#address, this.#size);
    } catch (error) {
      this.#library.close();
      throw error;
    }
  }

  /** Gives the memory back. Who still has a view of it sees no bytes any more. */
  close(): void {
    // Somebody may have moved the bytes into a buffer of his own: there they must not break away.
    if (!this.buffer.detached) {
      this.buffer.transfer();
      this.#library.symbols.munmap(this.#address, BigInt(this.#size));
    }
    this.#library.close();
  }
}

function map({ symbols }: Library, path: string, size: number): Deno.PointerObject {
  const file = symbols.open(new TextEncoder().encode(`${path}\0`), toReadAndWrite);
  if (file < 0) throw new Error(`Cannot open ${path} to share its memory`);
  const address = symbols.mmap(null, BigInt(size), readableAndWritable, shared, file, 0n);
  symbols.close(file); // The memory stays.
  // The system answers with the address -1 then.
  if (!address || Deno.UnsafePointer.value(address) === 2n ** 64n - 1n) {
    throw new Error(`Cannot share the ${size} bytes of ${path}: the system refuses`);
  }
  return address;
}
