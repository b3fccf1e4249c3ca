/* corpus/literature/mcs.ts, one round. */
byte tail, next[THREADS + 1], inside;
bit locked[THREADS + 1];
#define me (_pid + 1)

active [THREADS] proctype thread() {
  byte before, after;
  next[me] = 0;
  if
  :: d_step { tail == 0 -> tail = me } goto enter
  :: d_step { tail != 0 -> before = tail; tail = me }
  fi;
  locked[me] = 1;
  next[before] = me;
spin:
  if
  :: locked[me] == 1 -> goto spin
  :: locked[me] == 0
  fi;
enter:
  if
  :: d_step { inside++; assert(inside == 1) }
  fi;
  inside--;
  if
  :: next[me] == 0
  :: next[me] != 0 -> goto awaitNext
  fi;
  if
  :: d_step { tail == me -> tail = 0 } goto end
  :: tail != me
  fi;
awaitNext:
  if
  :: next[me] == 0 -> goto awaitNext
  :: d_step { next[me] != 0 -> after = next[me] }
  fi;
  locked[after] = 0;
end:
  false
}
