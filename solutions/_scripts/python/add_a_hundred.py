import multiprocessing


def add_hundred(numbers, child):
    with numbers.get_lock():
        numbers[0] += 100
        print(f"child {child}: {numbers[0]}\n", end="", flush=True)


if __name__ == "__main__":
    numbers = multiprocessing.Array("i", [11, 22, 33, 44])
    children = [multiprocessing.Process(target=add_hundred, args=(numbers, n)) for n in range(20)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(*numbers[:])
