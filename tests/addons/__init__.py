"""Tests of the module manager."""
