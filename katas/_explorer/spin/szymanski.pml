/* corpus/literature/szymanski.ts, one round. */
byte flag[THREADS];
byte inside;

#define first (_pid == 0 -> 1 : 0)
#define isLast (other == THREADS - 1 || (other == THREADS - 2 && _pid == THREADS - 1))
#define next (other + 1 == _pid -> other + 2 : other + 1)
#define inDoorway (flag[other] == 2 || flag[other] == 3)

active [THREADS] proctype thread() {
  byte other;
  d_step { flag[_pid] = 1; other = first }
door:
  if
  :: flag[other] >= 3 -> goto door
  :: d_step { flag[other] < 3 && !isLast -> other = next } goto door
  :: flag[other] < 3 && isLast
  fi;
  d_step { flag[_pid] = 3; other = first }
someoneWants:
  if
  :: flag[other] == 1
  :: d_step { flag[other] != 1 && !isLast -> other = next } goto someoneWants
  :: flag[other] != 1 && isLast -> goto shut
  fi;
  d_step { flag[_pid] = 2; other = first }
someoneIsIn:
  if
  :: flag[other] == 4
  :: d_step { flag[other] != 4 && !isLast -> other = next } goto someoneIsIn
  :: d_step { flag[other] != 4 && isLast -> other = first } goto someoneIsIn
  fi;
shut:
  if
  :: d_step { _pid == 0 -> flag[_pid] = 4; other = 0 } goto enter
  :: d_step { _pid > 0 -> flag[_pid] = 4; other = 0 }
  fi;
order:
  if
  :: flag[other] >= 2 -> goto order
  :: d_step { flag[other] < 2 && other + 1 < _pid -> other++ } goto order
  :: d_step { flag[other] < 2 && other + 1 == _pid -> other = 0 }
  fi;
enter:
  if
  :: d_step { inside++; assert(inside == 1) }
  fi;
  if
  :: d_step { _pid < THREADS - 1 -> inside--; other = _pid + 1 }
  :: d_step { _pid == THREADS - 1 -> inside-- } goto leave
  fi;
doorway:
  if
  :: inDoorway -> goto doorway
  :: d_step { !inDoorway && other < THREADS - 1 -> other++ } goto doorway
  :: !inDoorway && other == THREADS - 1
  fi;
leave:
  flag[_pid] = 0;
end:
  false
}
