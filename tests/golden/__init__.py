"""Screens as they should be: text at two sizes, and the README's pictures."""
