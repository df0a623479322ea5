"""What pages ask about the person in front of them: who it is, whether they may, and what they sent."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

REVIEWER, PUBLISHER, ADMIN = "reviewer", "publisher", "admin"
ROLES = (REVIEWER, PUBLISHER, ADMIN)  # each may do all that the ones before it may


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: int
    name: str
    role: str
    toured: bool = True

    def may(self, role: str) -> bool:
        """Whether this person's role is `role` or above it."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class Visit:
    """What the guard found out about a request: the person (None: not signed in) and the token of their forms."""

    person: Person | None = None
    csrf: str = ""
    session: str = ""  # SHA-256 of the session's cookie; empty if not signed in


class NotSignedIn(Exception):
    """Sends to the log-in page, and back to where the person wanted to go."""


def visit_of(request: Request) -> Visit:
    """The visit that the guard noted on the request."""
    visit = getattr(request.state, "visit", None)
    return visit if isinstance(visit, Visit) else Visit()


def who(request: Request, role: str = REVIEWER) -> Person:
    """The person who asks. Raises NotSignedIn, or HTTPException 403 if their role is below `role`."""
    person = visit_of(request).person
    if person is None:
        raise NotSignedIn
    if not person.may(role):
        raise HTTPException(403)
    return person


def form_of(request: Request) -> FormData:
    """The posted fields and files (`.get`, `.getlist`); the guard has read them and checked their token."""
    form = getattr(request.state, "form", None)
    return form if isinstance(form, FormData) else FormData()
