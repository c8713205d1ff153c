"""Textual and rich widgets that know no database and nothing of Workbench."""
