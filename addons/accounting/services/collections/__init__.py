"""Collecting what is owed: how old it is, statements of account, reminders."""
