/* corpus/literature/barz.ts, two permits. */
#include "futex.pml"
byte mutex = 1, gate = 1, count = 2;
chan mutexQueue = [THREADS] of { byte };
chan gateQueue = [THREADS] of { byte };

/* With a jump and not a loop: a loop would make the first try a place of its own. */
#define take(semaphore, queue, again) \
  again: if \
  :: d_step { awake && semaphore == 1 -> semaphore = 0 } \
  :: awake && semaphore == 0 -> wait(semaphore, 0, queue); goto again \
  fi

/* Stores the count, raises the gate if it is to be raised, and the mutex. */
inline finish(isGateRaised) {
  d_step { count = value; value = (isGateRaised -> 1 : 0) }
  do
  :: d_step { value == 1 -> gate = 1; value = 0 }
     d_step { wakeOne(gateQueue) }
  :: d_step { value == 0 -> mutex = 1 } break
  od;
  if
  :: d_step { wakeOne(mutexQueue) }
  fi
}

active [THREADS] proctype thread() {
  byte value;
  take(gate, gateQueue, toGate);
  take(mutex, mutexQueue, toGoDown);
  value = count - 1;
  finish(value > 0);
  section(2);
  take(mutex, mutexQueue, toGoUp);
  value = count + 1;
  finish(value == 1);
end:
  false
}
