import queue
import threading

COOKS, EATERS, SHELF, BUNS = 2, 3, 4, 10
shelf = queue.Queue(maxsize=SHELF)
baked = [0] * COOKS
eaten = []


def bake(cook):
    for number in range(BUNS):
        shelf.put((cook, number))
        baked[cook] += 1


def eat(eater):
    while (bun := shelf.get()) is not None:
        cook, number = bun
        eaten.append(bun)
        print(f"eater [{eater}] eats bun {number} of cook [{cook}]\n", end="")


eaters = [threading.Thread(target=eat, args=(eater,)) for eater in range(EATERS)]
cooks = [threading.Thread(target=bake, args=(cook,)) for cook in range(COOKS)]
for thread in eaters + cooks:
    thread.start()
for cook in cooks:
    cook.join()
# Before Python 3.13 a queue cannot be shut down: each eater finds a note.
for _ in eaters:
    shelf.put(None)
for eater in eaters:
    eater.join()
for cook, count in enumerate(baked):
    print(f"cook [{cook}] has baked {count} buns")
print(f"baked {sum(baked)} buns, ate {len(eaten)}, the kitchen is closed")
