import threading
import time


def run(number):
    print(f"[{number}] ------ running ------\n", end="")
    time.sleep(2)
    print(f"[{number}] ------ done ------\n", end="")


def start_five():
    for number in range(5):
        thread = threading.Thread(target=run, args=(number,))
        print(f"starting thread {number}\n", end="")
        thread.start()
        thread.join(1)


starter = threading.Thread(target=start_five, daemon=True)
starter.start()
starter.join(2.5)
print("------ main thread done ------\n", end="")
