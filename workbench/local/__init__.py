"""The one SQLite file: the change log, and the tables that are made from it."""
