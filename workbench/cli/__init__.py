"""The command line: every act of the workbench without a screen.

Knows the desk, click and, while a table is drawn, rich; it must not import Textual or sqlite_utils.
Each family of commands is a module of its own, imported when one of its commands is called.
"""
