import multiprocessing


def child(end):
    end.send([42, None, "hello"])
    print("child heard:", end.recv(), flush=True)
    end.close()


if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=child, args=(there,))
    process.start()
    there.close()
    print("parent heard:", here.recv(), flush=True)
    here.send("thanks")
    process.join()
    try:
        here.recv()
    except EOFError:
        print("the end:", True)
