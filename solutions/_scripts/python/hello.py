import multiprocessing
import time


def say_hello(name):
    time.sleep(0.2)
    print(f"hello {name}")


if __name__ == "__main__":
    process = multiprocessing.Process(target=say_hello, args=("bob",))
    process.start()
    process.join()
    print(f"exit code {process.exitcode}")
