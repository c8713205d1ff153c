"""SIGKILL at every named point."""
