"""The tables of users, their ways to sign in, their roles and what they may do."""

from core.auth.models.factors import Passkey, PasskeyChallenge, RecoveryCode, TotpCredential
from core.auth.models.logins import (
    KnownDevice,
    LoginFailures,
    LoginSession,
    PasswordReset,
    PendingLogin,
)
from core.auth.models.roles import Role, RolePermission, UserRole
from core.auth.models.tokens import ApiToken, ApiTokenUse
from core.auth.models.users import Branch, BranchMember, Team, TeamMember, User

MODELS: list[type] = [
    User,
    Team,
    TeamMember,
    Branch,
    BranchMember,
    Role,
    RolePermission,
    UserRole,
    ApiToken,
    ApiTokenUse,
    LoginSession,
    PendingLogin,
    KnownDevice,
    LoginFailures,
    PasswordReset,
    TotpCredential,
    RecoveryCode,
    Passkey,
    PasskeyChallenge,
]

__all__ = [
    "MODELS",
    "ApiToken",
    "ApiTokenUse",
    "Branch",
    "BranchMember",
    "KnownDevice",
    "LoginFailures",
    "LoginSession",
    "Passkey",
    "PasskeyChallenge",
    "PasswordReset",
    "PendingLogin",
    "RecoveryCode",
    "Role",
    "RolePermission",
    "Team",
    "TeamMember",
    "TotpCredential",
    "User",
    "UserRole",
]
