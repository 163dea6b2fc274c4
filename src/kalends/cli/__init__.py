"""The command line; each command is one small module."""
