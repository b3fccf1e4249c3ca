/* corpus/literature/ticket.ts, the lock that sleeps and wakes all. */
#include "futex.pml"
byte next, served;
chan queue = [THREADS] of { byte };

active [THREADS] proctype thread() {
  byte round, ticket, now;
again:
  if
  :: d_step { ticket = next; next++ }
  fi;
look:
  if
  :: d_step { awake && served == ticket -> ticket = 0 } goto enter
  :: d_step { awake && served != ticket -> now = served }
  fi;
  if
  :: d_step { served == now -> queue!_pid; asleep[_pid] = true; now = 0 }
  :: d_step { served != now -> now = 0 }
  fi;
  goto look;
enter:
  section(1);
  served++;
  if
  :: d_step { round + 1 < ROUNDS -> wakeAll(queue); round++ } goto again
  :: d_step { round + 1 == ROUNDS -> wakeAll(queue) }
  fi;
end:
  false
}
