/* Atomics.wait and Atomics.notify: who is asleep takes no step until it is woken, first come first.
   Each statement of a model is one operation of the program; what a thread does between two of them
   belongs to the first, and so `awake` belongs to the operation after a wait. */

bool asleep[THREADS];
#define awake (!asleep[_pid])

inline wait(cell, expected, queue) {
  if
  :: d_step { cell == expected -> queue!_pid; asleep[_pid] = true }
  :: cell != expected
  fi
}

/* For use in a d_step. */
inline wakeOne(queue) {
  if
  :: nempty(queue) -> queue?woken; asleep[woken] = false
  :: empty(queue)
  fi
}

inline wakeAll(queue) {
  do
  :: nempty(queue) -> queue?woken; asleep[woken] = false
  :: empty(queue) -> break
  od;
  skip
}
hidden byte woken;

byte inside;
inline section(limit) {
  if
  :: d_step { awake -> inside++; assert(inside <= limit) }
  fi;
  inside--
}
