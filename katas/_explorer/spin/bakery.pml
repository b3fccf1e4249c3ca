/* corpus/literature/bakery.ts, one round. */
bit choosing[THREADS];
byte number[THREADS];
byte inside;

#define isLast (other == THREADS - 1 || (other == THREADS - 2 && _pid == THREADS - 1))
#define next (other + 1 == _pid -> other + 2 : other + 1)
#define isFirst \
  (number[other] != 0 && (number[other] < mine || (number[other] == mine && other < _pid)))

inline seeNumber() {
  if
  :: number[other] > mine -> mine = number[other]
  :: else
  fi
}

active [THREADS] proctype thread() {
  byte mine, other;
  choosing[_pid] = 1;
see:
  if
  :: d_step { other < THREADS - 1 -> seeNumber(); other++ } goto see
  :: d_step { other == THREADS - 1 -> seeNumber(); mine++; other = (_pid == 0 -> 1 : 0) }
  fi;
  number[_pid] = mine;
  choosing[_pid] = 0;
look:
  if
  :: choosing[other] == 1 -> goto look
  :: choosing[other] == 0
  fi;
compare:
  if
  :: isFirst -> goto compare
  :: d_step { !isFirst && !isLast -> other = next } goto look
  :: !isFirst && isLast
  fi;
  d_step { inside++; assert(inside == 1) }
  inside--;
  number[_pid] = 0;
end:
  false
}
