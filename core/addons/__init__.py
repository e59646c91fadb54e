"""The module manager: manifests, discovery, dependency order, catalog, states and lifecycle."""
