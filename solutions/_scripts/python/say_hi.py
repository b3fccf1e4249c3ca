import threading
import time


def say_hi(number):
    print(f"running on number: {number}\n", end="")
    time.sleep(0.5)


first = threading.Thread(target=say_hi, args=(1,), name="Thread-1 (sayHi)")
second = threading.Thread(target=say_hi, args=(2,), name="Thread-2 (sayHi)")
first.start()
second.start()
print(f"{first.name}\n{second.name}\n", end="")
