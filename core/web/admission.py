"""Who asks, and whether this request of theirs is let in."""

from __future__ import annotations

from core.auth.actor import ANONYMOUS, Actor
from core.auth.csrf import FIELD, HEADER, check_csrf
from core.declare import PUBLIC
from core.errors import Forbidden
from core.i18n import phrase
from core.kernel import Kernel
from core.web.errors import ChangePasswordFirst, SignInFirst
from core.web.incoming import API_PREFIX, Incoming
from core.web.routing import Mount

OWN_ACCOUNT = "/account"
SIGN_OUT = "/logout"
_SAFE = frozenset({"GET", "HEAD"})


def identify(kernel: Kernel, incoming: Incoming) -> Actor:
    """The actor behind the credential that the request shows, or nobody."""
    credential = incoming.credential
    if credential is None:
        return ANONYMOUS
    return kernel.actors.find(kernel.engine, incoming.tenant, credential)


def admit(incoming: Incoming, mount: Mount, actor: Actor) -> None:
    """Raise unless this actor may make this request, and meant to."""
    _check_intent(incoming)
    _check_guest(incoming, actor)
    authorize(incoming, mount, actor)


def authorize(incoming: Incoming, mount: Mount, actor: Actor) -> None:
    """Raise unless this actor may make this request, whoever's idea it was."""
    permission = mount.permission
    if permission == PUBLIC:
        return
    if actor.must_change_password and not incoming.path.startswith(OWN_ACCOUNT):
        raise ChangePasswordFirst("Choose a password of your own first.")
    if actor.may(permission.code):
        return
    if actor.kind != "anonymous":
        raise Forbidden(
            phrase("You lack the permission “{title}”.", title=phrase(permission.title)),
            fix="Ask an administrator of your company for it.",
        )
    if incoming.credential is not None and incoming.credential.kind == "token":
        raise SignInFirst("This API token is not valid.", fix="Make a new one under your account.")
    raise SignInFirst("Please sign in.", fix="Sign in, or send an API token.")


def _check_guest(incoming: Incoming, actor: Actor) -> None:
    """A guest has no account here to look after, and changes what they were let in to change."""
    if incoming.path == SIGN_OUT:
        return
    if actor.is_guest and incoming.path.startswith(OWN_ACCOUNT):
        raise Forbidden(phrase("You are a guest here: your account is at the control plane."))
    if actor.readonly and incoming.method not in _SAFE:
        raise Forbidden(
            phrase("You were let in to look: nothing can be changed."),
            fix=phrase("Ask the company to let you in with the right to change something."),
        )


def _check_intent(incoming: Incoming) -> None:
    """Against forged requests: only a browser attaches a cookie that nobody meant to send."""
    credential = incoming.credential
    if credential is not None and credential.kind == "token":
        return
    if credential is None and incoming.path.startswith(API_PREFIX):
        return
    check_csrf(
        method=incoming.method,
        authority=incoming.headers.get("host", ""),
        headers=incoming.headers,
        session_secret=credential.secret if credential else None,
        submitted=incoming.headers.get(HEADER) or incoming.form.get(FIELD),
    )
