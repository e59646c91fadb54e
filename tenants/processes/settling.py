"""What a process has loaded stays, so its garbage collector need not look at it again and again.

Addons, mappers and templates are some hundred thousand objects. A batch of records is enough to
have the collector go through all of them, which took a third of the time of an import. Processes
that are forked share what was there before, as long as nobody touches it.
"""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

from core.addons.catalog import Catalog
from core.web.mounting import mounts_of
from core.web.static import static_files
from tenants.composition import languages_of
from tenants.garbage import without_collections


def settle_before_forking(catalog: Catalog, *, serves: bool) -> None:
    """Make what every process needs of the catalog, once for all that are forked from this one:
    languages, and where they serve the web, its addresses and its files."""
    with without_collections():
        languages_of(catalog).read_all()
        if serves:
            mounts_of(catalog)
            static_files(catalog)
    settle()


def settle() -> None:
    """Leave what is there now out of all collections to come. To be called when the process has
    loaded everything and before it begins to work."""
    configure_mappers()
    gc.collect()
    gc.freeze()
