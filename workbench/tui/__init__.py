"""The terminal UI: app, screens, styles. Knocks at the desk only."""
