/* corpus/literature/peterson.ts, two threads. */
byte flag[2], turn, inside;

active [2] proctype thread() {
  byte round;
again:
  flag[_pid] = 1;
  turn = _pid;
look:
  if
  :: flag[1 - _pid] == 0 -> goto enter
  :: flag[1 - _pid] == 1
  fi;
  if
  :: turn != _pid -> goto enter
  :: turn == _pid -> goto look
  fi;
enter:
  if
  :: d_step { inside++; assert(inside == 1) }
  fi;
  inside--;
  if
  :: d_step { round + 1 < ROUNDS -> round++; flag[_pid] = 0 } goto again
  :: d_step { round + 1 == ROUNDS -> flag[_pid] = 0 }
  fi;
end:
  false
}
