"""The registry: a static TUF repository of releases, its client, and the choice of versions.

A repository is a folder that any HTTP server can hand out (`layout`). Whoever keeps it founds,
fills and renews it (`founding`, `publishing`, `publishers`, `renewing`, `rotating`); a
deployment trusts it once and asks it from then on (`client`), reads what there is (`index`) and
finds out which versions fit together (`resolving`).
"""
