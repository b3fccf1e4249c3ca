import multiprocessing


def show(lock, numbers, child):
    with lock:
        numbers[0] = 100 + child
        for number in numbers:
            print(f"{child} ----> {number}\n", end="", flush=True)


if __name__ == "__main__":
    lock = multiprocessing.RLock()
    numbers = multiprocessing.Array("i", [11, 22, 33, 44])
    children = [multiprocessing.Process(target=show, args=(lock, numbers, n)) for n in range(20)]
    for child in children:
        child.start()
    for child in children:
        child.join()
