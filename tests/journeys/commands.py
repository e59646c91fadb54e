"""Several commands of `aorabooks` in one process, since each would import the platform anew.

Reads a JSON list of argument lists, and writes for each what it answered, as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

from tenants import cli

answers = []
for arguments in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = cli.run([*arguments, "--json"])
    if status:
        sys.exit(f"{arguments}: {status}\n{said.getvalue()}")
    answers.append(json.loads(said.getvalue()))
json.dump(answers, sys.stdout)
