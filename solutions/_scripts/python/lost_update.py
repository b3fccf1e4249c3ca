import threading

THREADS, TIMES = 10, 100_000
lock = threading.Lock()
num = 0


def subtract():
    global num
    for _ in range(TIMES):
        num -= 1


def subtract_rightly():
    global num
    for _ in range(TIMES):
        with lock:
            num -= 1


def final_num(target):
    global num
    num = THREADS * TIMES
    threads = [threading.Thread(target=target) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return num


print(f"final num: {final_num(subtract)}")
print(f"final num with countDown: {final_num(subtract_rightly)}")
