import threading
import time

nums = [0, 0]
lock = threading.RLock()


def run1():
    print("grab the first part of the data\n", end="")
    with lock:
        nums[0] += 1
        return nums[0]


def run2():
    print("grab the second part of the data\n", end="")
    with lock:
        nums[1] += 1
        return nums[1]


def run3():
    with lock:
        first = run1()
        print("--- between run1 and run2 ---\n", end="")
        second = run2()
        print(f"{first} {second}\n", end="")


for _ in range(10):
    threading.Thread(target=run3).start()
while threading.active_count() > 1:
    time.sleep(0.01)
print("--- all threads done ---")
print(*nums)
