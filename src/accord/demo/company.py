"""Setting the stage: the users of the demo, their teams, and the agreement that they signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password

from accord.demo import cast
from accord.demo.cast import CAST, Player
from accord.server.accounts.models import Role, Team, User
from accord.server.accounts.services import create_user, join_team, take_leave
from accord.server.agreements.models import Revision
from accord.server.agreements.services import in_force, propose, sign
from accord.server.backtests.forms import last_quarter
from accord.server.backtests.services import Wish, ask

PROMISED, PROMISED_AT_FIRST = "deliver: 120", "deliver: 20"
FIRST_REASON = "The first agreement: what a good lead is, and who answers how fast"
THIRD_REASON = "Smaller companies buy as well, and who shows some interest already deserves a call"
LOWER = (
    ("employees, at_least: 50", "employees, at_least: 40"),
    ("says: 50 or more staff", "says: 40 or more staff"),
    ("{score: engagement, at_least: 15}", "{score: engagement, at_least: 10}"),
)
"""What the third revision asks for instead."""
WEEKLY_CAPACITY = 25
"""Leads that sales says it can take."""
SECOND_REASON = "Marketing has a new budget and promises six times as many leads"


@dataclass(frozen=True, slots=True)
class Staff:
    """The users of the demo by their address."""

    users: dict[str, User]

    def __getitem__(self, player: Player) -> User:
        return self.users[player.email]

    def refresh(self) -> None:
        """Read again who is active."""
        for user in self.users.values():
            user.refresh_from_db(fields=["is_active"])


def hire(start: datetime, end: datetime) -> Staff:
    """Make everybody of the cast, with their teams, their leave, and the password of the demo."""
    staff = Staff({each.email: create_user(each.email, each.name, Role(each.role), zone=each.zone) for each in CAST})
    validate_password(cast.PASSWORD)
    # One hash for all of them: each takes a third of a second to make, and everybody is told the password anyway.
    User.objects.filter(email__in=staff.users).update(password=make_password(cast.PASSWORD))
    for player in CAST:
        if player.team:
            join_team(staff[player], player.team, weight=player.weight, capacity=player.capacity)
    for player in CAST:
        if player.manages:
            Team.objects.filter(name=player.manages).update(manager=staff[player])
    for player in CAST:
        if away := leave_of(player, start, end):
            take_leave(staff[player], *away, by=staff[player], at=max(start, away[0] - timedelta(days=25)))
    return staff


def leave_of(player: Player, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    """Return when somebody was away, if it was within the year."""
    if player.leave is None:
        return None
    first, last = (end - timedelta(days=ago) for ago in player.leave)
    return (first, last) if first > start else None


def sign_first(staff: Staff, agreement: Path, at: datetime) -> Revision:
    """Bring the first revision into force: the agreement, as yet with a smaller promise of marketing's."""
    text = agreement.read_text(encoding="utf-8").replace(PROMISED, PROMISED_AT_FIRST)
    return _sign(staff, text, agreement.name, FIRST_REASON, at)


def sign_second(staff: Staff, agreement: Path, at: datetime) -> Revision:
    """Bring the agreement into force as it stands in the examples."""
    return _sign(staff, agreement.read_text(encoding="utf-8"), agreement.name, SECOND_REASON, at)


def propose_third(staff: Staff, agreement: Path, at: datetime) -> None:
    """Put a change before both sides that lets more leads through, and have it tried on the last weeks."""
    text = agreement.read_text(encoding="utf-8")
    for old, new in LOWER:
        text = text.replace(old, new)
    by = staff[cast.OPERATIONS]
    proposed = propose(text, agreement.name, reason=THIRD_REASON, by=by, at=at - timedelta(hours=20))
    law = in_force()
    first, last = last_quarter(at.astimezone(law.agreement.zone).date())
    wish = Wish(text, agreement.name, proposed, law.revision, first, last, WEEKLY_CAPACITY)
    ask(wish, by=by, at=at - timedelta(minutes=1))  # the first worker carries it out


def _sign(staff: Staff, text: str, name: str, reason: str, at: datetime) -> Revision:
    day = timedelta(days=1)
    revision = propose(text, name, reason=reason, by=staff[cast.OPERATIONS], at=at - 2 * day)
    sign(revision.number, by=staff[cast.MARKETING_MANAGER], at=at - day)
    return sign(revision.number, by=staff[cast.FIELD_MANAGER], at=at)
