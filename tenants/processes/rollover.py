"""From one generation of processes to the next, with nobody noticing.

The new one is started beside the old one. When it is ready, new connections lead to it, and the
old one finishes what it has. If it does not become ready, or dies too often before it has proved
itself, the set of addons before it becomes the next generation.

    active set changes -> coming -> ready -> serving -> proved
                             |                  |
                             +- does not start -+- dies -> the set before it returns
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from addon_registry.deployment import active, history, standing
from addon_registry.deployment.active import ActiveSet
from addon_registry.deployment.layout import Layout
from tenants.processes.channel import Channel
from tenants.processes.dispatcher import Dispatcher
from tenants.processes.started import DEATHS, Duties, Started, start

PAUSE_SECONDS = 5.0
"""Before what could not start is tried again."""

log = structlog.get_logger(__name__)


class CannotStart(Exception):
    """The first generation said that it cannot start, and there is none to go back to."""


@dataclass(slots=True)
class Rollover:
    """Keeps the generation running that the active set asks for; call `look` often."""

    layout: Layout
    duties: Duties
    proving_seconds: float
    dispatcher: Dispatcher | None = None
    prepare: bool = False
    serving: Started | None = None
    coming: Started | None = None
    leaving: list[Started] = field(default_factory=list)
    _told: standing.Told | None = None
    _served_since: float = 0.0
    _failed: int | None = None
    _failure: str = ""
    _not_before: float = 0.0
    _ever_served: bool = False
    _wanted: ActiveSet = field(default_factory=ActiveSet)
    _complained: set[str] = field(default_factory=set)

    def look(self) -> None:
        """See how everybody is, and do what is due. Raises CannotStart."""
        wanted = self._read()
        for each in filter(None, (self.coming, self.serving)):
            each.listen()
        self._restart_what_died(wanted)
        if self.coming is not None:
            self._attend(self.coming, wanted)
        elif self._is_due(wanted):
            self.coming = self._start(wanted)
        if self.serving is not None and self.serving.number == wanted.generation:
            self._prove(self.serving, wanted)
        self._see_off()
        with self._enduring("how far it is"):
            self._tell()

    def stop(self, patience: float) -> None:
        """End all generations; returns when they have ended."""
        everybody = [*filter(None, (self.coming, self.serving)), *self.leaving]
        for each in everybody:
            each.stop()
        deadline = time.monotonic() + patience
        while any(not each.has_ended() for each in everybody):
            if time.monotonic() > deadline:
                for each in everybody:
                    each.process.kill()
            time.sleep(0.02)
        if self._told is not None:
            self._told.close()

    def _read(self) -> ActiveSet:
        """The active set; the one that was read before while this one cannot be."""
        with self._enduring("which addons are active"):
            self._wanted = active.read(self.layout)
        return self._wanted

    @contextlib.contextmanager
    def _enduring(self, what: str) -> Iterator[None]:
        """A full or broken disk ends by itself or by somebody's hand; serving goes on."""
        try:
            yield
        except (OSError, ValueError) as error:
            if what not in self._complained:
                log.error(f"cannot read or write {what}", reason=str(error))
            self._complained.add(what)
        else:
            self._complained.discard(what)

    def _is_due(self, wanted: ActiveSet) -> bool:
        """Whether a generation has to be started; one that has these very addons goes on."""
        if self.serving is not None and dict(self.serving.addons) == dict(wanted.addons):
            self.serving.number = wanted.generation
            return False
        return wanted.generation != self._failed or time.monotonic() >= self._not_before

    def _start(self, wanted: ActiveSet, channels: Sequence[Channel] = ()) -> Started:
        log.info("generation starts", generation=wanted.generation)
        first = self.prepare and not self._ever_served
        return start(
            wanted.generation, wanted.addons, self.duties, prepare=first, channels=channels
        )

    def _restart_what_died(self, wanted: ActiveSet) -> None:
        """One whose own process was killed is started anew over the same channels, in which
        connections wait meanwhile."""
        died = self.serving
        if died is None or not died.has_ended():
            return
        log.error("generation died", generation=died.number, status=died.process.returncode)
        self.serving = None
        if self.coming is None and wanted.generation == died.number:
            self.coming = self._start(wanted, died.channels)
            self.coming.deaths = died.deaths + 1
            self.coming.last_death = f"it ended with status {died.process.returncode}"
        else:
            self._admit_again(died)

    def _attend(self, coming: Started, wanted: ActiveSet) -> None:
        needed = self._needed(wanted) if wanted.on_trial else frozenset()
        newest = coming.number == wanted.generation
        # Where nobody serves, whatever is ready first does: an unchecked set, or the one before.
        alone = self.serving is None
        if not newest and not alone:
            self._turn_away(coming, "another set of addons was asked for meanwhile")
        elif trouble := coming.trouble(needed if newest else frozenset()):
            self._turn_away(coming, trouble)
            if newest:
                self._return(wanted, coming, trouble)
        elif coming.is_ready() and (alone or wanted.state != "checking"):
            self._switch(coming)

    def _needed(self, wanted: ActiveSet) -> frozenset[str]:
        """What has to load: the changed addons, and those that did until now."""
        serving = self.serving
        loaded = serving.addons.keys() - serving.refused.keys() if serving is not None else set()
        return (wanted.changed() | loaded) & wanted.addons.keys()

    def _switch(self, coming: Started) -> None:
        log.info("generation serves", generation=coming.number)
        before, self.serving, self.coming = self.serving, coming, None
        if self.dispatcher is not None:
            self.dispatcher.lead_to(coming.channels)
        coming.order("take over")
        if before is not None:
            before.order("leave")
            self.leaving.append(before)
        self._served_since = time.monotonic()
        self._ever_served = True

    def _turn_away(self, coming: Started, why: str) -> None:
        log.error("generation given up", generation=coming.number, reason=why)
        coming.stop()
        self.leaving.append(coming)
        self.coming = None

    def _return(self, wanted: ActiveSet, tried: Started, why: str) -> None:
        """Go back to the set before, or try again later where there is none."""
        self._failed, self._failure = tried.number, why
        self._not_before = time.monotonic() + PAUSE_SECONDS
        if wanted.on_trial:
            with self._enduring("the set of addons to return to"):
                back = active.returned(wanted, why)
                if active.replace_by(self.layout, back, after=wanted.generation):
                    does = "go back to the addons before"
                    told = history.entry(wanted.step, "the platform", does, "returned", why)
                    history.append(self.layout, told)
        elif not self._ever_served and tried.failed:
            raise CannotStart(why)

    def _prove(self, serving: Started, wanted: ActiveSet) -> None:
        if wanted.state != "new":
            return
        if serving.deaths >= DEATHS:
            why = f"its processes died {serving.deaths} times; {serving.last_death}"
            self._return(wanted, serving, why)
        elif time.monotonic() - self._served_since > self.proving_seconds and all(
            other.serving == wanted.generation for other in standing.everybody(self.layout)
        ):
            log.info("generation proved", generation=wanted.generation)
            with self._enduring("that the addons have proved themselves"):
                active.replace_by(self.layout, active.proved(wanted), after=wanted.generation)

    def _see_off(self) -> None:
        for each in [each for each in self.leaving if each.has_ended()]:
            self.leaving.remove(each)
            self._admit_again(each)

    def _admit_again(self, gone: Started) -> None:
        """What it was handed and had not taken goes to those who serve now."""
        if self.dispatcher is not None and self.dispatcher.channels == tuple(gone.channels):
            self.dispatcher.lead_to(())
        for each in gone.channels:
            for connection in each.not_taken():
                if self.dispatcher is not None:
                    self.dispatcher.admit(connection)
            each.close()

    def _tell(self) -> None:
        if self._told is None:
            self._told = standing.Told(self.layout)
        self._told.tell(
            standing.Standing(
                pid=os.getpid(),
                does=self.duties.in_words(),
                serving=self.serving.number if self.serving else None,
                starting=self.coming.number if self.coming else None,
                leaving=len(self.leaving),
                failure=self._failure,
                failed=self._failed,
            )
        )
