"""`script/bench [NAME] [--json]`: run a group of benchmarks, or all."""

from __future__ import annotations

import argparse
from importlib import import_module

from benchmarks.figure import show

GROUPS = (
    "kernel",
    "workspace",
    "accounting",
    "registry",
    "trade",
    "pos",
    "zatca",
    "fleet",
    "scale",
)


def main() -> None:
    """Parse the command line and print each figure as soon as it is there."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("group", nargs="?", choices=GROUPS, help="the group; all if left out")
    parser.add_argument("--only", help="run only the benchmarks whose figure's name begins so")
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    arguments = parser.parse_args()
    for group in [arguments.group] if arguments.group else GROUPS:
        run = import_module(f"benchmarks.{group}").run
        show(run(only=arguments.only or ""), as_json=arguments.json)


if __name__ == "__main__":
    main()
