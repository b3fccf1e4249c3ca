#!/usr/bin/env bash
# Deno 2.9.6: `--allow-ffi=<library>` opens the library and calls its functions, but what they return
# cannot be looked at.
#
# `Deno.UnsafePointerView` asks for the ffi permission as a whole, and a list of libraries is not
# that. So a program that calls `mmap` of the C library, or any function that returns a pointer to
# something, gets the pointer and then a `NotCapable` for reading behind it. The flag must be given
# without a list, and then opens every library.
#
# Seen: with the library's path "called, not readable"; with the whole permission "called, readable".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6

library=$(ldconfig -p | awk '/libc\.so\.6 / {print $NF; exit}')
cat > look.ts <<'END'
const library = Deno.dlopen(Deno.args[0], {
  strerror: { parameters: ["i32"], result: "pointer" },
});
const text = library.symbols.strerror(2)!;
let readable = "readable";
try {
  new Deno.UnsafePointerView(text).getCString();
} catch (error) {
  if (!(error instanceof Deno.errors.NotCapable)) throw error;
  readable = "not readable";
}
console.log(`called, ${readable}`);
library.close();
END

limited=$(node_modules/.bin/deno run --quiet --no-config --no-prompt "--allow-ffi=$library" look.ts "$library")
whole=$(node_modules/.bin/deno run --quiet --no-config --no-prompt --allow-ffi look.ts "$library")
echo "with the library's path: $limited; with the whole permission: $whole"
[ "$limited" = "called, not readable" ] && [ "$whole" = "called, readable" ]
