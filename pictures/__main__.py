"""Takes the pictures: `python -m pictures [NAME...]`, all of them without a name."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from playwright.sync_api import Error

from pictures.png import write_small
from pictures.scene import Scene
from pictures.scenes import ALL
from pictures.studio import Studio, still, studio
from tenants.places import ROOT

FOLDER = ROOT / "docs" / "pictures"


def main(names: list[str]) -> None:
    """Take the pictures that are named, or all; unknown names end it, and so
    do pictures that could not be taken, once the others are."""
    known = {scene.name: scene for scene in ALL}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"There is no picture {', '.join(unknown)}. There are: {', '.join(known)}.")
    wanted = [known[name] for name in names] or list(ALL)
    FOLDER.mkdir(exist_ok=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    failed = []
    with studio() as here:
        for scene in wanted:
            began = time.perf_counter()
            try:
                size = take(here, scene)
            except (AssertionError, Error) as error:  # the others are taken all the same
                failed.append(scene.name)
                print(f"{scene.name}: {error}", file=sys.stderr)
                continue
            print(f"{scene.name}: {size / 1024:.0f} KB, {time.perf_counter() - began:.1f} s")
    if failed:
        sys.exit(f"Not taken: {', '.join(failed)}.")


def take(here: Studio, scene: Scene) -> int:
    """Take one picture; its size in bytes."""
    person = getattr(scene.company.people, scene.who)
    with here.sitting(scene.company, person, size=scene.size, dark=scene.dark) as page:
        scene.play(here, page)
        still(page)
        content = page.screenshot(animations="disabled", caret="hide")
    return write_small(content, FOLDER / f"{scene.name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
