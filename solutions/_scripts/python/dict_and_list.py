import multiprocessing


def change(d, l):
    d[1] = "1"
    d["2"] = 2
    d[0.25] = None
    l.reverse()


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        d = manager.dict()
        l = manager.list(range(10))
        children = [multiprocessing.Process(target=change, args=(d, l)) for _ in range(10)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        print(d)
        print(l)
