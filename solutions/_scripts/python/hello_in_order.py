import multiprocessing
import sys
import time


def hello(lock, number):
    with lock:
        for piece in ["hello", " world", f" {number}\n"]:
            sys.stdout.write(piece)
            sys.stdout.flush()
            time.sleep(0.01)


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    children = [multiprocessing.Process(target=hello, args=(lock, n)) for n in range(10)]
    for child in children:
        child.start()
    for child in children:
        child.join()
