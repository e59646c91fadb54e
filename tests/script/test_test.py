"""`script/test` runs every check, says what it could not run, and ends with an honest status."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Checkout

Stubbed = Callable[..., Checkout]
PYTEST = (
    "pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder"
    " --durations 10 --durations-min 5"
)


def in_turn(checkout: Checkout) -> list[str]:
    """What was called one after the other; the types are checked beside it."""
    return [call for call in checkout.calls if call != "pyright "]


def test_all_checks_run_and_a_clean_run_passes(stubbed: Stubbed) -> None:
    checkout = stubbed()
    done = checkout.run("script/test")

    assert done.returncode == 0, done.stdout
    assert "All checks passed." in done.stdout
    assert "pyright " in checkout.calls
    assert in_turn(checkout) == [
        "setup --dev",
        "ruff check .",
        "ruff format --check .",
        "lint-imports ",
        "python -m tests.programs",
        PYTEST,
    ]


@pytest.mark.parametrize("tool", ["ruff", "lint_imports", "pyright", "pytest"])
def test_one_failing_check_fails_the_run_after_the_others_ran(stubbed: Stubbed, tool: str) -> None:
    checkout = stubbed(**{tool: "echo this is why; exit 1"})
    done = checkout.run("script/test")

    assert done.returncode == 1
    assert "this is why" in done.stdout
    assert PYTEST in checkout.calls


def test_types_are_checked_while_the_tests_run_and_waited_for(stubbed: Stubbed) -> None:
    once_tests_began = "until grep -q '^pytest' calls; do :; done; echo this is why; exit 1"
    done = stubbed(pyright=once_tests_began).run("script/test")

    assert done.returncode == 1
    assert "this is why" in done.stdout
    assert "failed: pyright" in done.stdout


def test_a_run_that_collects_no_test_is_a_failure(stubbed: Stubbed) -> None:
    done = stubbed(pytest="exit 5").run("script/test")

    assert done.returncode == 1
    assert "pytest (exit status 5)" in done.stdout


def test_what_cannot_run_is_named_and_left_out(stubbed: Stubbed) -> None:
    checkout = stubbed(python="printf 'browser\\nredis\\n'")
    done = checkout.run("script/test")

    assert done.returncode == 0, done.stdout
    assert "browser tests: not run" in done.stdout
    assert "Redis tests: not run" in done.stdout
    assert in_turn(checkout)[-1] == PYTEST + " -m not browser and not redis"


def test_in_continuous_integration_what_cannot_run_is_a_failure(stubbed: Stubbed) -> None:
    checkout = stubbed(python="echo redis")
    done = checkout.run(".ci/run")

    assert done.returncode == 1
    assert "failed: Redis tests" in done.stdout
    assert in_turn(checkout)[-1] == PYTEST + " -m not redis"


def test_absent_real_data_is_told_in_one_line_and_is_no_failure(stubbed: Stubbed) -> None:
    checkout = stubbed()
    done = checkout.run(".ci/run", AORABOOKS_SHARED="/nowhere")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("/nowhere/data is not there") == 1
    assert in_turn(checkout)[-1] == PYTEST + " -m not real_data"


def test_arguments_go_to_pytest_alone(stubbed: Stubbed) -> None:
    checkout = stubbed(pytest="exit 3")
    done = checkout.run("script/test", "tests/db", "-x")

    assert done.returncode == 3
    assert checkout.calls == ["setup --dev", "pytest tests/db -x"]


def test_nothing_runs_when_setup_fails(stubbed: Stubbed) -> None:
    checkout = stubbed()
    checkout.program("script/setup", "exit 1")

    assert checkout.run("script/test").returncode == 1
    assert checkout.calls == ["setup --dev"]
