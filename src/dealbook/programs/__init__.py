"""What a program says: the language of programs.md, read and checked."""
