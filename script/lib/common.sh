# What every script here shares: how it speaks, how it fails, and how it tells that a step is up to date.

if [ -t 2 ]; then bold=$'\033[1m' plain=$'\033[0m'; else bold='' plain=''; fi

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }

die() {
    printf '%serror:%s %s\n' "$bold" "$plain" "$*" >&2
    exit 1
}

sha256() { if command -v sha256sum >/dev/null; then command sha256sum; else shasum -a 256; fi; }

fingerprint() { # FILE...: one hash over the files' contents and over where this checkout lies
    # Sorted, since the order in which a glob lists files depends on the caller's locale.
    { pwd; printf '%s\n' "$@" | LC_ALL=C sort | xargs cat; } | sha256 | cut -d' ' -f1
}

is_fresh() { # STAMP HASH: whether the step that left STAMP ran for HASH
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}
