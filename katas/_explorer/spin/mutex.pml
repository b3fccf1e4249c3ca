/* corpus/literature/drepper.ts, the second mutex. */
#include "futex.pml"
byte value;
chan queue = [THREADS] of { byte };

active [THREADS] proctype thread() {
  byte round;
again:
  if
  :: d_step { value == 0 -> value = 1 } goto enter
  :: value == 1
  :: value == 2 -> goto sleep
  fi;
mark:
  if
  :: d_step { value == 1 -> value = 2 }
  :: value == 2
  :: value == 0 -> goto try
  fi;
sleep:
  wait(value, 2, queue);
try:
  if
  :: d_step { awake && value == 0 -> value = 2 }
  :: awake && value == 1 -> goto mark
  :: awake && value == 2 -> goto sleep
  fi;
enter:
  section(1);
  if
  :: d_step { value == 1 && round + 1 < ROUNDS -> value = 0; round++ } goto again
  :: d_step { value == 1 && round + 1 == ROUNDS -> value = 0 } goto end
  :: d_step { value == 2 -> value = 1 }
  fi;
  value = 0;
  if
  :: d_step { round + 1 < ROUNDS -> wakeOne(queue); round++ } goto again
  :: d_step { round + 1 == ROUNDS -> wakeOne(queue) }
  fi;
end:
  false
}
