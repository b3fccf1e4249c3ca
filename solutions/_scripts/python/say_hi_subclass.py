import threading
import time


class SayHi(threading.Thread):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def run(self):
        print(f"running on number: {self.number}\n", end="")
        time.sleep(0.5)


for number in (1, 2):
    SayHi(number).start()
