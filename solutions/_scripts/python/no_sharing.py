import multiprocessing

numbers = []


def append(number):
    numbers.append(number)
    print(f"say hi {numbers}\n", end="")


if __name__ == "__main__":
    children = [multiprocessing.Process(target=append, args=(n,)) for n in range(10)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(f"ending {numbers}")
