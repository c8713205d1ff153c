"""The shared store: one contract, one engine, two backends (a folder, PostgreSQL)."""
