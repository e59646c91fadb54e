"""Sessions of registers: opened, counted, closed, reported, and those that take latecomers."""
