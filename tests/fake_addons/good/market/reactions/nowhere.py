"""For a publisher that is not installed: this file must never be imported."""

raise RuntimeError("imported although its publisher is not there")
