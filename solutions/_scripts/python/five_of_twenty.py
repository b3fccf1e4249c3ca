import threading
import time

semaphore = threading.BoundedSemaphore(5)
lock = threading.Lock()
inside = 0


def run(number):
    global inside
    with semaphore:
        with lock:
            inside += 1
            count = inside
        print(f"run the thread: {number} ({count} inside)\n", end="")
        time.sleep(0.2)
        with lock:
            inside -= 1


for number in range(20):
    threading.Thread(target=run, args=(number,)).start()
while threading.active_count() > 1:
    time.sleep(0.01)
print("--- all threads done ---")
