"""Tests of events, reactions and replay."""
