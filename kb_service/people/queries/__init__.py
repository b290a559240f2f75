"""Reading about people. Every SELECT of the room is here (and in `guesses`, which counts)."""

from kb_service.people.queries.actors import (
    actor_of_account,
    actor_of_password,
    actor_of_session,
    actor_of_token,
)
from kb_service.people.queries.departments import (
    colleagues,
    coworkers,
    department,
    department_titles,
    departments,
)
from kb_service.people.queries.directory import (
    demo_logins,
    directory,
    has_administrator,
    login_of_link,
    sessions,
    token_key,
    tokens,
    user,
    user_by_login,
)
from kb_service.people.queries.granted import granted
from kb_service.people.queries.operation import audit_log, job_counts, jobs, verify_audit

__all__ = [
    "actor_of_account",
    "actor_of_password",
    "actor_of_session",
    "actor_of_token",
    "audit_log",
    "colleagues",
    "coworkers",
    "demo_logins",
    "department",
    "department_titles",
    "departments",
    "directory",
    "granted",
    "has_administrator",
    "job_counts",
    "jobs",
    "login_of_link",
    "sessions",
    "token_key",
    "tokens",
    "user",
    "user_by_login",
    "verify_audit",
]
