import multiprocessing
import os


def info(title):
    print(title)
    print(f"process name: {multiprocessing.current_process().name}")
    print(f"parent process: {os.getppid()}")
    print(f"process id: {os.getpid()}")
    print()


def f(name):
    info("called from the child process, function f")
    print(f"hello {name}")


if __name__ == "__main__":
    info("main process line")
    process = multiprocessing.Process(target=f, args=("bob",))
    process.start()
    process.join()
