"""Runs what nobody could read beforehand."""

from __future__ import annotations

import ctypes
import importlib
import pickle


def surprise(words: str, data: bytes) -> object:
    exec(words)
    importlib.import_module(words)
    ctypes.CDLL(words)
    return eval(words) or pickle.loads(data) or __import__(words)
