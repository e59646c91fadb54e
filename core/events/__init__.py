"""Typed events: emitted in a transaction, logged, handled, replayed."""
