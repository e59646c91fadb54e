# Finds the Python that the virtual environment is made from.

find_python() { # prints the path of the first Python that is new enough
    local candidate
    # Versioned names first: a later upgrade of the system's `python3` must not change the environment under us.
    for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    die "Aorabooks needs Python 3.11 or newer; found $(python3 --version 2>/dev/null || echo none)." \
        "Install one (Debian, Ubuntu: apt install python3.11-venv; macOS: brew install python@3.13) and try again."
}

make_venv() { # makes .venv, or mends one whose interpreter went away
    local python
    [ -x .venv/bin/python ] && [ -x .venv/bin/pip ] && return
    python=$(find_python) || exit 1
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "$python cannot make virtual environments." \
            "Debian and Ubuntu keep that in a package of its own: apt install python3-venv"
    say "Making the virtual environment with $("$python" --version)"
    "$python" -m venv --clear .venv
}
