"""The addresses of the conversation below every record, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from core.conversation.attachments import largest_upload
from core.conversation.subjects import is_discussed
from core.declare import Method, Route
from core.web.conversation import (
    activity_pages,
    api,
    attachment_pages,
    note_pages,
    panel,
    send_pages,
)
from core.web.resources.shape import Shape

# Who may read the records may come this far; what else it takes is asked with the record in hand.
_PAGES: Final[tuple[tuple[Method, str, Any], ...]] = (
    ("GET", "", panel.show_panel),
    ("GET", "/live", panel.show_live),
    ("GET", "/older", panel.show_older),
    ("GET", "/people", panel.people),
    ("POST", "/seen", panel.see),
    ("POST", "/follow", note_pages.follow),
    ("POST", "/notes", note_pages.write_note),
    ("POST", "/notes/{note:int}", note_pages.change_note),
    ("POST", "/notes/{note:int}/delete", note_pages.delete_note),
    ("POST", "/activities", activity_pages.schedule),
    ("POST", "/activities/{activity:int}", activity_pages.reschedule),
    ("POST", "/activities/{activity:int}/done", activity_pages.finish),
    ("POST", "/activities/{activity:int}/cancel", activity_pages.cancel),
    ("GET", "/attachments/{attachment:int}", attachment_pages.give_out),
    ("POST", "/attachments/{attachment:int}/delete", attachment_pages.remove),
    ("GET", "/send", send_pages.compose),
    ("POST", "/send", send_pages.send),
)
_CALLS: Final[tuple[tuple[Method, str, Any], ...]] = (
    ("GET", "/notes", api.list_notes),
    ("POST", "/notes", api.create_note),
    ("PATCH", "/notes/{note:int}", api.update_note),
    ("DELETE", "/notes/{note:int}", api.delete_note),
    ("GET", "/activities", api.list_activities),
    ("POST", "/activities", api.create_activity),
    ("PATCH", "/activities/{activity:int}", api.update_activity),
    ("POST", "/activities/{activity:int}/done", api.finish_activity),
    ("DELETE", "/activities/{activity:int}", api.delete_activity),
    ("GET", "/attachments", api.list_attachments),
    ("GET", "/attachments/{attachment:int}/content", api.get_content),
    ("DELETE", "/attachments/{attachment:int}", api.delete_attachment),
)


def conversation_routes(shape: Shape, record: str, api_record: str) -> Iterator[Route]:
    """The routes of a resource whose records lie at these paths; none if it is not discussed."""
    if not is_discussed(shape.resource):
        return
    read = shape.resource.access.read
    for method, path, run in _PAGES:
        yield Route(method, f"{record}/conversation{path}", partial(run, shape), read)
    for method, path, run in _CALLS:
        yield Route(method, f"{api_record}{path}", partial(run, shape), read)
    for path, run in (
        (f"{record}/conversation/attachments", attachment_pages.attach),
        (f"{api_record}/attachments", api.create_attachment),
    ):
        yield Route("POST", path, partial(run, shape), read, upload=largest_upload)
