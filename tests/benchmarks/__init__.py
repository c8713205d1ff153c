"""How fast the workbench is, always beside something that does only what can't be left out.

``uv run python -m tests.benchmarks`` measures pairs of two things in turn, in the same run, so that
a busy or slow machine slows both. What counts is the ratio; no time is held to a limit.
"""
