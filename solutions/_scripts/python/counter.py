import threading
import time

num = 100
lock = threading.Lock()


def subtract():
    global num
    print(f"get num: {num}\n", end="")
    time.sleep(0.5)
    with lock:
        num -= 1


threads = [threading.Thread(target=subtract) for _ in range(100)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"final num: {num}")
