"""``accord user``: the people who may log in."""

import json
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.table import Column, Table

from accord.cli.database import needs_database
from accord.errors import AccordError
from accord.server.accounts.models import Role, User
from accord.server.accounts.services import create_user, deactivate, join_team, manage_team, take_leave

ROLES = click.Choice([role.value for role in Role])
DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M"])


class UserError(AccordError):
    """The user whom an option names cannot be found."""


def user_of(email: str) -> User:
    """Return the user with an address, whatever its case.

    Raises:
        UserError: ``user.unknown``.
    """
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise UserError("user.unknown", f"nobody here has the address {email}", hint="accord user list shows everybody")
    return found


def active_user_of(email: str) -> User:
    """Return the user with an address, who still works here.

    Raises:
        UserError: ``user.unknown`` or ``user.deactivated``.
    """
    found = user_of(email)
    if not found.is_active:
        raise UserError("user.deactivated", f"{found.name} no longer works here", hint="name somebody who does")
    return found


@click.group(short_help="Add and change the people who may log in")
def user() -> None:
    """Add and change the people who may log in."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", required=True, type=ROLES, help="What they do here; it decides what they see and may do.")
@click.option("--zone", default="UTC", show_default=True, help="Where they work, such as Europe/Berlin.")
@click.option("--team", "teams", multiple=True, help="A team of sales; may be repeated.")
@click.option("--weight", default=1, show_default=True, type=click.IntRange(1), help="Their share of its leads.")
@click.option("--capacity", type=click.IntRange(0), help="Most open leads at a time.  [default: no limit]")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@needs_database
def add(
    email: str,
    name: str,
    role: str,
    zone: str,
    teams: tuple[str, ...],
    weight: int,
    capacity: int | None,
    password_stdin: bool,
) -> None:
    """Add a user with the address EMAIL."""
    if teams and role != Role.SALES:
        raise click.UsageError("only people of sales are in a team: leave out --team, or give --role sales")
    password = _password(from_stdin=password_stdin)
    with transaction.atomic():
        made = create_user(email, name, Role(role), zone=zone, password=password)
        for team in teams:
            join_team(made, team, weight=weight, capacity=capacity)
    click.echo(f"added {made.name} ({made.email}, {made.get_role_display()})")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print a list for a machine to read.")
@needs_database
def list_(as_json: bool) -> None:
    """Show everybody who may log in, or might once."""
    rows = [_row(each) for each in User.objects.prefetch_related("memberships__team", "managed_teams", "leaves")]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("nobody yet; accord user add adds somebody")
        return
    table = Table("Name", Column("E-mail", overflow="fold"), "Role", "Zone", "Teams", "")
    for row in rows:
        teams = ", ".join(
            [
                *(str(team["name"]) for team in row["teams"]),  # type: ignore[attr-defined]
                *(f"{team} (manager)" for team in row["manages"]),  # type: ignore[attr-defined]
            ]
        )
        away = f"away until {row['away_until']}" if row["away_until"] else ""
        state = away if row["active"] else "deactivated"
        table.add_row(*(str(row[key]) for key in ("name", "email", "role", "zone")), teams, state)
    Console().print(table)


def _row(each: User) -> dict[str, object]:
    now = timezone.now()
    away = next((leave.end for leave in each.leaves.all() if leave.start <= now < leave.end), None)
    return {
        "email": each.email,
        "name": each.name,
        "role": each.role,
        "zone": each.zone,
        "active": each.is_active,
        "away_until": away.astimezone(ZoneInfo(each.zone)).strftime("%Y-%m-%d %H:%M") if away else None,
        "teams": [
            {"name": place.team.name, "weight": place.weight, "capacity": place.capacity}
            for place in each.memberships.all()
        ],
        "manages": [team.name for team in each.managed_teams.all()],
    }


@user.command()
@click.argument("email")
@click.argument("team")
@click.option("--by", metavar="EMAIL", help="Who decides it: somebody of revenue operations.")
@needs_database
def manage(email: str, team: str, by: str | None) -> None:
    """Make EMAIL the manager of TEAM: they work its queue, and are told when it breaks a promise."""
    named = manage_team(user_of(email), team, by=user_of(by) if by else None, at=timezone.now())
    click.echo(f"{named.manager} manages {named.name}")


@user.command(name="deactivate")
@click.argument("email")
@click.option("--by", required=True, metavar="EMAIL", help="Who does it: somebody of revenue operations.")
@needs_database
def deactivate_(email: str, by: str) -> None:
    """Close the access of EMAIL; their open leads are offered to others."""
    gone = user_of(email)
    deactivate(gone, by=user_of(by), at=timezone.now())
    click.echo(f"{gone.name} may no longer log in; their open leads are offered to others")


@user.command()
@click.argument("email")
@click.option("--from", "start", required=True, type=DAY, help="The first day away, in their zone.")
@click.option("--to", "end", required=True, type=DAY, help="The day they are back.")
@click.option("--by", metavar="EMAIL", help="Who enters it.  [default: themselves]")
@needs_database
def leave(email: str, start: datetime, end: datetime, by: str | None) -> None:
    """Enter a leave of EMAIL; what awaits them meanwhile is offered to others."""
    away = user_of(email)
    zone = ZoneInfo(away.zone)
    first, last = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    take_leave(away, first, last, by=user_of(by) if by else away, at=timezone.now())
    click.echo(f"{away.name} is away from {first:%a %d %b %Y, %H:%M} to {last:%a %d %b %Y, %H:%M} ({away.zone})")
