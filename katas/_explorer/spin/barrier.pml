/* corpus/literature/barriers.ts, the central barrier that sleeps. */
#include "futex.pml"
byte count = THREADS, arrived[ROUNDS];
bit sense;
chan queue = [THREADS] of { byte };

active [THREADS] proctype thread() {
  byte round;
  bit mine;
again:
  if
  :: d_step { arrived[round]++; mine = 1 - mine }
  fi;
  if
  :: d_step { count == 1 -> count = 0 }
  :: d_step { count != 1 -> count-- } goto look
  fi;
  count = THREADS;
  sense = mine;
  d_step { wakeAll(queue) }
  goto check;
look:
  if
  :: awake && sense == mine -> goto check
  :: awake && sense != mine
  fi;
  wait(sense, 1 - mine, queue);
  goto look;
check:
  if
  :: d_step { round + 1 < ROUNDS -> assert(arrived[round] == THREADS); round++ } goto again
  :: d_step { round + 1 == ROUNDS -> assert(arrived[round] == THREADS) }
  fi;
end:
  false
}
