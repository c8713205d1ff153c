"""The command line: click commands, output, exit status. Knocks at the desk only."""
