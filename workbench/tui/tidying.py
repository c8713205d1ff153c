"""Python's look for objects that only hold each other, kept out of the way of keys.

It stops everything: for some milliseconds as a rule, for a tenth of a second now and then, and by
itself it comes while many objects are made, which is between a key and what it shows. So it is done
while nothing is typed.
"""

from __future__ import annotations

import gc

OBJECTS = 50_000
"""After how many new objects it comes all the same: where nobody ever rests, memory must not grow
for ever."""
YOUNG = 1000
"""Of so many new objects it is worth the while."""
SHORT, LONG = 1, 10
"""After how many looks at a quiet keyboard a rest has come, and a longer one."""


class Tidying:
    """Knows for how long nothing was typed, and what is to be done then."""

    def __init__(self) -> None:
        """Begin with a program that was just loaded."""
        self._quiet = 0
        self._is_settled = False

    def begin(self) -> None:
        """Leave it to rests from now on."""
        gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])

    def typed(self) -> None:
        """Say that something was typed."""
        self._quiet = 0

    def is_due(self) -> bool:
        """Say that nothing was typed when it was looked; returns whether to tidy up now."""
        self._quiet += 1
        return self._quiet in (SHORT, LONG)

    def tidy(self) -> None:
        """Do what the rest is long enough for; what a quick typist might notice in a longer one."""
        young, middle, old = gc.get_count()
        if self._quiet < LONG:
            if young >= YOUNG:
                gc.collect(0)
        elif not self._is_settled:
            # What stands once the screen does stays: it need never be looked through.
            self._is_settled = True
            gc.freeze()
        else:
            _, most_middle, most_old = gc.get_threshold()
            if old > most_old:
                gc.collect()
            elif middle > most_middle:
                gc.collect(1)
