import queue
import threading
import time

first, last, urgent = queue.Queue(), queue.LifoQueue(), queue.PriorityQueue()
for urgency, name in [(10, "rice"), (-1, "soup"), (3, "tea")]:
    first.put(name)
    last.put(name)
    urgent.put((urgency, name))
print("first come: ", first.get(), first.get(), first.get())
print("last come:  ", last.get(), last.get(), last.get())
print("most urgent:", *urgent.get(), *urgent.get(), *urgent.get())

counter = queue.Queue(maxsize=1)
try:
    counter.get(timeout=0.1)
except queue.Empty:
    print("a get gives up: true", str(counter.empty()).lower())
counter.put_nowait("dumplings")
try:
    counter.put("noodles", timeout=0.1)
except queue.Full:
    print("a put gives up: true", str(counter.full()).lower())


def eat():
    dish = counter.get()
    print(f"{dish} are taken, {counter.qsize()} left")
    time.sleep(0.1)
    print(f"{dish} are eaten")
    counter.task_done()


threading.Thread(target=eat).start()
counter.join()
print("all is done")
