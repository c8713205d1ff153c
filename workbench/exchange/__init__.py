"""Pages and files in and out. Knows text and bytes; knows no database and no screen."""
