// A cook and two eaters of baozi take turns by yield. All are in one thread: an eater waits at its
// `yield` until the cook sends a bun.
import { coroutine } from "../coroutines.ts";

const eater = coroutine(function* (name: string): Generator<void, void, number> {
  console.log(`${name} is ready to eat baozi`);
  try {
    while (true) {
      const baozi = yield;
      console.log(`[${name}] is eating baozi ${baozi}`);
    }
  } finally {
    console.log(`[${name}] is full`);
  }
});

function cook(): void {
  using ann = eater("Ann"); // It runs to its first yield.
  using bob = eater("Bob");
  for (let baozi = 1; baozi <= 5; baozi++) {
    console.log("%c[cook]%c is making baozi %d", "color: green", "", baozi);
    ann.send(baozi);
    bob.send(baozi);
  }
}

cook();
