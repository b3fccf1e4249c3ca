import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def work(task):
    print(f"task {task} in {threading.current_thread().name}\n", end="")
    time.sleep(0.1)
    return task


with ThreadPoolExecutor(max_workers=5, thread_name_prefix="worker") as pool:
    futures = [pool.submit(work, task) for task in range(30)]
    print("all tasks are submitted\n", end="")
    for future in as_completed(futures):
        print(f"--> task {future.result()} is done\n", end="")
print("--- all threads are gone ---")
