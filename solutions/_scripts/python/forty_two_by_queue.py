import multiprocessing


def child(queue):
    queue.put([42, None, "hello"])


if __name__ == "__main__":
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=child, args=(queue,))
    process.start()
    print(queue.get())
    process.join()
    print("empty:", queue.empty())
