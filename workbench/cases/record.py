"""Named tuples that cost a start nothing: the constructor is compiled when it is first called.

``typing.NamedTuple`` compiles a constructor and every annotation where the class is defined. The
program defines dozens of records, and a short command makes values of a few of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    try:  # as the standard library's own named tuples do, for it is twice as fast
        from _collections import _tuplegetter as getter
    except ImportError:
        from operator import itemgetter

        def getter(place, doc):
            """Return what reads one place of a record."""
            return property(itemgetter(place), doc=doc)

    class _Kind(type):
        """Makes the class of a record from its annotations, as ``typing.NamedTuple`` does."""

        def __new__(cls, name, bases, space):
            fields = tuple(space.get("__annotations__", ()))
            if not fields:  # Record itself, or a class that adds methods to a record
                return super().__new__(cls, name, bases, {"__slots__": (), **space})
            defaults = {field: space.pop(field) for field in fields if field in space}
            getters = {field: getter(nth, None) for nth, field in enumerate(fields)}
            kind = super().__new__(
                cls,
                name,
                bases,
                {
                    "__slots__": (),
                    "__match_args__": fields,
                    "_fields": fields,
                    "_field_defaults": defaults,
                    **space,
                    **getters,
                },
            )
            kind.__new__ = _constructor(kind, fields, tuple(defaults.values()))
            return kind

    def _constructor(kind, fields, defaults):
        """Return what compiles the constructor of a record on the first call, and puts it there."""

        def first(cls, *args, **given):
            words = ", ".join(fields)
            code = f"lambda _cls, {words}: _new(_cls, ({words},))"
            make = eval(code, {"_new": tuple.__new__})
            make.__defaults__ = defaults
            kind.__new__ = make
            return make(cls, *args, **given)

        return first

    class Record(tuple, metaclass=_Kind):
        """The base of records: a tuple whose places have names."""

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, **given):
            values = [given.pop(*pair) for pair in zip(self._fields, self, strict=True)]
            return type(self)(*values, **given)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            pairs = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(pairs)})"

        def __getnewargs__(self):
            return tuple(self)
