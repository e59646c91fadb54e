"""What the pages of users and signing in contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.auth.permissions import MANAGE_ROLES, MANAGE_TOKENS, MANAGE_USERS, READ_AUDIT
from core.declare import PUBLIC, SIGNED_IN, MenuItem, Route, Slot, msg
from core.part import KernelPart
from core.web.auth import account, audit, login, matrix, reset, roles, second_factors, tokens, users

_SIGNING_IN: Final = (
    Route("GET", "/login", login.show_login, PUBLIC),
    Route("POST", "/login", login.login, PUBLIC),
    Route("GET", "/login/code", login.show_second_step, PUBLIC),
    Route("POST", "/login/code", login.second_step, PUBLIC),
    Route("POST", "/login/passkey/options", login.passkey_options, PUBLIC),
    Route("POST", "/login/passkey", login.passkey_login, PUBLIC),
    Route("POST", "/logout", login.logout, PUBLIC),
    Route("GET", "/forgot", reset.show_forgot, PUBLIC),
    Route("POST", "/forgot", reset.forgot, PUBLIC),
    Route("GET", "/reset", reset.show_reset, PUBLIC),
    Route("POST", "/reset", reset.choose_password, PUBLIC),
)

_ACCOUNT: Final = (
    Route("GET", "/account", account.show_account, SIGNED_IN),
    Route("POST", "/account", account.change_profile, SIGNED_IN),
    Route("GET", "/account/password", account.show_password, SIGNED_IN),
    Route("POST", "/account/password", account.change_password, SIGNED_IN),
    Route("POST", "/account/sessions/end-others", account.end_other_sessions, SIGNED_IN),
    Route("POST", "/account/sessions/{session_id:int}/end", account.end_session, SIGNED_IN),
    Route("POST", "/account/totp/begin", second_factors.begin_totp, SIGNED_IN),
    Route("GET", "/account/totp", second_factors.show_totp, SIGNED_IN),
    Route("POST", "/account/totp", second_factors.confirm_totp, SIGNED_IN),
    Route("POST", "/account/totp/remove", second_factors.remove_totp, SIGNED_IN),
    Route("POST", "/account/totp/codes", second_factors.new_recovery_codes, SIGNED_IN),
    Route("POST", "/account/passkeys/options", second_factors.passkey_options, SIGNED_IN),
    Route("POST", "/account/passkeys", second_factors.add_passkey, SIGNED_IN),
    Route(
        "POST",
        "/account/passkeys/{passkey_id:int}/remove",
        second_factors.remove_passkey,
        SIGNED_IN,
    ),
    Route("GET", "/account/tokens/new", tokens.show_new_token, MANAGE_TOKENS),
    Route("POST", "/account/tokens/new", tokens.create_token, MANAGE_TOKENS),
    Route("POST", "/account/tokens/{token_id:int}/revoke", tokens.revoke_token, SIGNED_IN),
)

_SETTINGS: Final = (
    Route("POST", "/settings/users/{user_id:int}/link", users.show_reset_link, MANAGE_USERS),
    Route("GET", roles.ROLES, roles.list_roles, MANAGE_ROLES),
    Route("GET", matrix.MATRIX, matrix.show_matrix, MANAGE_ROLES),
    Route("GET", matrix.CELL, matrix.edit_cell, MANAGE_ROLES),
    Route("POST", matrix.CELL, matrix.change_cell, MANAGE_ROLES),
    Route("GET", f"{roles.ROLES}/new", roles.show_new_role, MANAGE_ROLES),
    Route("POST", f"{roles.ROLES}/new", roles.create_role, MANAGE_ROLES),
    Route("GET", f"{roles.ROLES}/{{role_id:int}}", roles.show_role, MANAGE_ROLES),
    Route("POST", f"{roles.ROLES}/{{role_id:int}}", roles.change_role, MANAGE_ROLES),
    Route("POST", f"{roles.ROLES}/{{role_id:int}}/delete", roles.delete_role, MANAGE_ROLES),
    Route("GET", audit.EXPLAIN, audit.show_explanation, MANAGE_ROLES),
    Route("GET", audit.AUDIT, audit.show_audit, READ_AUDIT),
)

_SECTION: Final = msg("Settings")

PART: Final = KernelPart(
    resources=(users.USERS, users.ROLES, users.TEAMS, users.BRANCHES),
    routes=(*_SIGNING_IN, *_ACCOUNT, *_SETTINGS),
    slots=(
        Slot("core.users.side", "core/auth/user_side.html", users.user_side, MANAGE_USERS),
        Slot("core.roles.side", "core/auth/role_side.html", users.role_side, MANAGE_ROLES),
    ),
    menu=(
        MenuItem(msg("Users"), "/core/users", MANAGE_USERS, _SECTION, "people", 901),
        MenuItem(msg("Roles"), roles.ROLES, MANAGE_ROLES, _SECTION, "person-badge", 902),
        MenuItem(msg("Teams"), "/core/teams", MANAGE_USERS, _SECTION, "diagram-3", 903),
        MenuItem(msg("Branches"), "/core/branches", MANAGE_USERS, _SECTION, "shop", 904),
        MenuItem(
            msg("Who may do what"), audit.EXPLAIN, MANAGE_ROLES, _SECTION, "patch-question", 905
        ),
        MenuItem(msg("Audit trail"), audit.AUDIT, READ_AUDIT, _SECTION, "clock-history", 911),
    ),
)
