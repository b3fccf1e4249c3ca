import multiprocessing
import os
import time


def cook(order):
    time.sleep(1)
    print(f"order {order} is cooked in process {os.getpid()}\n", end="")
    return order + 100


def serve(dish):
    print(f"--> dish {dish} is done, says process {os.getpid()}\n", end="")


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=5)
    print(f"main process id: {os.getpid()}")
    for order in range(10):
        pool.apply_async(cook, (order,), callback=serve)
    print("end of the orders\n", end="")
    pool.close()
    pool.join()
