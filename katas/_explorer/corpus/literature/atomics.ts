/** `Atomics` by its functions: each operation then stands in the source of the program it is of. */
import { installAtomics } from "../../mod.ts";

installAtomics();

export const { load, store, exchange, compareExchange, add, sub, or, xor, wait, notify } = Atomics;
