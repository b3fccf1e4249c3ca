from contextlib import closing


def eater(name):
    print(f"{name} is ready to eat baozi")
    try:
        while True:
            baozi = yield
            print(f"[{name}] is eating baozi {baozi}")
    finally:
        print(f"[{name}] is full")


with closing(eater("Ann")) as ann, closing(eater("Bob")) as bob:
    next(ann)
    next(bob)
    for baozi in range(1, 6):
        print(f"[cook] is making baozi {baozi}")
        ann.send(baozi)
        bob.send(baozi)
