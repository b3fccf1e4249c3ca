import random
import threading

SECOND = 0.1
GREEN, YELLOW, RED = 10 * SECOND, 3 * SECOND, 7 * SECOND
green = threading.Event()
stop = threading.Event()
colour = "green"
green.set()


def play():
    global colour
    while not stop.is_set():
        for colour, duration in (("green", GREEN), ("yellow", YELLOW), ("red", RED)):
            if colour == "green":
                green.set()
            if colour == "red":
                green.clear()
            if stop.wait(duration):
                return


def drive(number):
    while not stop.wait(random.random() * 10 * SECOND):
        if green.is_set():
            print(f"car [{number}] is running\n", end="")
        else:
            print(f"car [{number}] is waiting for the red light\n", end="")
            if green.wait(8 * SECOND):
                print(f"car [{number}] goes on at green\n", end="")


def shine():
    while not stop.wait(SECOND):
        print(f"--{colour} light on--\n", end="")


threads = [threading.Thread(target=drive, args=(number,)) for number in (1, 2, 3)]
threads += [threading.Thread(target=play), threading.Thread(target=shine)]
for thread in threads:
    thread.start()
stop.wait(25 * SECOND)
stop.set()
for thread in threads:
    thread.join()
print("light off")
