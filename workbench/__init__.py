"""Workbench: a terminal workbench for customer cases."""
