"""What a case is. Pure: no I/O, no clock, no randomness, no SQL, no Textual."""
