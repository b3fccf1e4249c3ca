import threading

THREADS, TIMES, ROUNDS = 10, 20_000, 5
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


def tell(way, target):
    nums = [final_num(target) for _ in range(ROUNDS)]
    wrong = sum(num != 0 for num in nums)
    print(f"{way}: final num {', '.join(map(str, nums))}; not 0: {wrong} of {ROUNDS}")


tell("num -= 1", subtract)
tell("countDown", subtract_rightly)
