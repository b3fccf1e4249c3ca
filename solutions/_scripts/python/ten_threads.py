import threading
import time


def show(number):
    time.sleep(0.5)
    print(f"thread {number}\n", end="")


for number in range(10):
    threading.Thread(target=show, args=(number,)).start()
print("main thread stop\n", end="")
