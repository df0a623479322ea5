"""A second thing to log in with: codes from an app on one's phone (TOTP, RFC 6238). Whoever has set it up is asked.

Everybody can switch it on for themselves. A new password from an admin switches it off again: that is the way back for
somebody who has lost their phone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from typing import Any, Optional
from urllib.parse import quote

import sqlalchemy as sa

from desk.audit import record
from desk.database import codes
from desk.people.staff import Refused

STEP, DIGITS = 30, 6  # seconds for which a code holds; what every app on phones makes
EARLY_LATE = 1  # steps that a phone's clock may be off, both ways
ISSUER = "Staff desk"


def make_secret() -> str:
    """160 random bits, as a phone's app takes them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step (RFC 4226)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, now: float, after: int = -1) -> Optional[int]:
    """The step that a code belongs to; None if it is wrong, too old, or of a step that was used before."""
    given, current = "".join(code.split()), int(now // STEP)
    steps = range(current - EARLY_LATE, current + EARLY_LATE + 1)
    right = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given.encode())]
    return next((step for step in right if step > after), None)


def address_for(name: str, secret: str) -> str:
    """What a phone opens in its app."""
    label = quote(f"{ISSUER}:{name}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(ISSUER)}&digits={DIGITS}&period={STEP}"


def is_on(connection: Any, person_id: int) -> bool:
    """Whether this person is asked for a code."""
    mine = sa.and_(codes.c.person_id == person_id, codes.c.active)
    return connection.execute(sa.select(codes.c.person_id).where(mine)).first() is not None


def prepare(connection: Any, person_id: int) -> str:
    """A new secret, which counts once `switch_on` has seen a code of it. Raises Refused if codes are on already."""
    if is_on(connection, person_id):
        raise Refused("code_on")
    connection.execute(codes.delete().where(codes.c.person_id == person_id))
    secret = make_secret()
    connection.execute(codes.insert().values(person_id=person_id, secret=secret, last_step=-1, active=False))
    return secret


def waiting(connection: Any, person_id: int) -> str:
    """The secret that was prepared and not yet switched on; empty if there is none."""
    mine = sa.and_(codes.c.person_id == person_id, sa.not_(codes.c.active))
    return str(connection.execute(sa.select(codes.c.secret).where(mine)).scalar() or "")


def switch_on(connection: Any, name: str, person_id: int, code: str, now: float) -> None:
    """From now on this person is asked for a code. Raises Refused for a wrong one."""
    secret = waiting(connection, person_id)
    step = step_of(secret, code, now) if secret else None
    if step is None:
        raise Refused("code_wrong")
    mine = codes.update().where(codes.c.person_id == person_id)
    connection.execute(mine.values(active=True, last_step=step))
    record(connection, name, "code from a phone switched on", name)


def switch_off(connection: Any, by: str, name: str, person_id: int) -> None:
    """This person is asked for no code any more."""
    was_on = is_on(connection, person_id)
    connection.execute(codes.delete().where(codes.c.person_id == person_id))
    if was_on:
        record(connection, by, "code from a phone switched off", name)


def is_right(connection: Any, person_id: int, code: str, now: float) -> bool:
    """Whether somebody may log in with `code`: it is a fresh one, or they have not set codes up. A code holds once."""
    mine = sa.and_(codes.c.person_id == person_id, codes.c.active)
    row = connection.execute(sa.select(codes).where(mine)).mappings().first()
    if row is None:
        return True
    step = step_of(row["secret"], code, now, after=row["last_step"])
    if step is None:
        return False
    unused = sa.and_(mine, codes.c.last_step < step)
    return bool(connection.execute(codes.update().where(unused).values(last_step=step)).rowcount)
