"""Transactions of all kinds on the operational tables, many open at a time, ended in any order; always the same."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg import sql

from accord.server.own_connection import own_parameters

Connection = psycopg.Connection[tuple[int]]
HISTORY = ("pipeline_stagechange", "handoffs_attempt", "pipeline_deal")
STAGES = ("lead", "mql", "sal", "sql", "opportunity")

_LEAD = """
WITH person AS (
    INSERT INTO people_person (name, email, email_key, phone, fields, created_at)
    VALUES ('P', '', NULL, '', '{}', now()) RETURNING id
)
INSERT INTO pipeline_lead (
    person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, queue, end_reason, caretaker
)
SELECT id, 1, %(source)s, now(), now(), 'lead', now(), '{}', 0, 0, '', '', '{}', '{}', '', '', '' FROM person
RETURNING id
"""
_STAGE = """
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)
VALUES (%(lead)s, 'lead', %(stage)s, now(), 'user', '', '{}')
"""
_OFFER = """
INSERT INTO handoffs_offer (
    lead_id, owner_id, queue, via, grade, promise, status, offered_at, reject_reason, note, revision_id, clause,
    preference, named_queue, routing, reason
)
VALUES (%(lead)s, %(user)s, 'field', 'stage', '', '', 'withdrawn', now(), '', '', %(revision)s, '', '', '', '[]', '')
RETURNING id
"""
_CLOCK = """
INSERT INTO handoffs_clock (
    lead_id, offer_id, revision_id, promise, clause, started_at, due_at, on_hold, outcome, needed
)
VALUES (%(lead)s, %(offer)s, %(revision)s, 'decide', 'x', now(), now() + interval '1 hour', '0', '', 1)
"""
_ATTEMPT = """
INSERT INTO handoffs_attempt (lead_id, by_id, channel, outcome, note, at, action_id)
VALUES (%(lead)s, %(user)s, 'call', 'reached', '', now(), %(action)s)
"""
_DEAL = """
INSERT INTO pipeline_deal (lead_id, company_id, name, amount, currency, outcome, opened_at, flags)
SELECT lead.id, person.company_id, '', %(amount)s, 'EUR', 'open', now(), '{}'
FROM pipeline_lead AS lead JOIN people_person AS person ON person.id = lead.person_id
WHERE lead.id = %(lead)s
"""
_VISIT = """
WITH visitor AS (
    INSERT INTO people_visitor (anonymous_id, first_seen_at, last_seen_at)
    VALUES (%(action)s::text, now(), now()) RETURNING id
), visit AS (
    INSERT INTO people_visit (visitor_id, started_at, last_at, landing, referrer_host, source, medium, campaign, term,
        content, click_id, channel, inbound, agent, agent_why, network, organisation, network_kind, network_why, domain,
        certainty, company_why)
    SELECT id, now(), now(), '/', '', %(source)s, 'cpc', '', '', '', '', 'Paid Search', NULL, 'human', '', '', '',
        'unknown', '', '', 0, '' FROM visitor RETURNING id, visitor_id
)
INSERT INTO people_touchpoint (message_id, visitor_id, visit_id, event, at, received_at, source, properties)
SELECT %(action)s::text, visitor_id, id, 'page_viewed', now(), now(), '', '{}' FROM visit
"""
_TOUCHPOINT = """
INSERT INTO people_touchpoint (message_id, person_id, event, at, received_at, source, properties)
SELECT %(action)s::text, person_id, 'call_received', now(), now(), '', jsonb_build_object('source', %(source)s::text)
FROM pipeline_lead WHERE id = %(lead)s
"""
_COST = """
INSERT INTO channels_cost (day, source, medium, campaign, currency, amount, stated_at)
VALUES (current_date - (random() * 30)::integer, %(source)s, 'cpc', 'x', 'EUR', 12.5, now())
ON CONFLICT (day, source, medium, campaign, currency) DO UPDATE SET amount = channels_cost.amount + 1
"""
_MERGE = """
UPDATE pipeline_lead SET merged_into_id = %(other)s, cycle = 0, stage = 'disqualified', ended_at = now()
WHERE id = %(lead)s AND id <> %(other)s AND merged_into_id IS NULL
    AND EXISTS (SELECT FROM pipeline_lead WHERE id = %(other)s AND merged_into_id IS NULL)
    AND NOT EXISTS (SELECT FROM pipeline_lead WHERE merged_into_id = %(lead)s)
"""
_PART = "UPDATE pipeline_lead SET merged_into_id = NULL, cycle = 1 WHERE id = %(lead)s"


class Traffic:
    """Makes transactions and lets them happen, step by step.

    Args:
        seed: Of everything that is drawn by lot.
        users: Who may own and try.
        revision: Under which offers are made.
    """

    def __init__(self, seed: int, users: list[int], revision: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # no secrets
        self.users, self.revision = users, revision
        self.leads: list[int] = []
        self.done: Counter[str] = Counter()

    def script(self, connection: Connection) -> Iterator[None]:
        """Yield after each statement of one transaction, which then has ended, one way or the other."""
        ends = self.chance.choices(["COMMIT", "ROLLBACK"], [85, 15])[0]
        length = self.chance.choices([self.chance.randint(1, 6), self.chance.randint(40, 120)], [95, 5])[0]
        made: list[int] = []
        try:
            connection.execute("BEGIN")
            for _ in range(length):
                yield
                if self.chance.random() < 0.15:
                    yield from self._savepoint(connection)
                self._step(connection, made)
                if length > 10 and self.chance.random() < 0.8:  # a long one mostly stands still, having written
                    yield
            yield
            connection.execute(ends)
        except psycopg.Error as error:  # somebody else has the row, or the lead is gone
            connection.execute("ROLLBACK")
            self.done[type(error).__name__] += 1
        else:
            self.done[ends] += 1
            if ends == "COMMIT":
                self.leads += made

    def _savepoint(self, connection: Connection) -> Iterator[None]:
        connection.execute("SAVEPOINT here")
        gone: list[int] = []
        self._step(connection, gone)
        yield
        connection.execute("ROLLBACK TO here")
        self.done["ROLLBACK TO"] += 1

    def _step(self, connection: Connection, made: list[int]) -> None:
        given = {
            "user": self.chance.choice(self.users),
            "revision": self.revision,
            "source": self.chance.choice(["", "fair", 'web, "quoted"\nand broken']),
            "stage": self.chance.choice(STAGES),
            "action": UUID(int=self.chance.getrandbits(128)),
            "amount": self.chance.choice([None, "12.34"]),
            "lead": 0,
            "other": 0,
        }
        known = [*self.leads[-40:], *made]  # the last ones, so that transactions meet
        if not known or self.chance.random() < 0.25:
            (lead,) = connection.execute(_LEAD, given).fetchone() or (0,)
            made.append(lead)
            connection.execute(_STAGE, {**given, "lead": lead})
            self.done["lead"] += 1
            return
        given["lead"], given["other"] = self.chance.choice(known), self.chance.choice(known)
        verb = self.chance.choice(VERBS)
        verb(connection, given)
        self.done[verb.__name__] += 1


Given = dict[str, object]


def advance(connection: Connection, given: Given) -> None:
    connection.execute(_STAGE, given)
    connection.execute("UPDATE pipeline_lead SET stage = %(stage)s WHERE id = %(lead)s AND cycle = 1", given)


def offer(connection: Connection, given: Given) -> None:
    (made,) = connection.execute(_OFFER, given).fetchone() or (0,)
    connection.execute(_CLOCK, {**given, "offer": made})


def decide(connection: Connection, given: Given) -> None:
    connection.execute(
        "UPDATE handoffs_offer SET status = 'accepted', decided_at = now(), decided_by_id = %(user)s"
        " WHERE lead_id = %(lead)s",
        given,
    )
    connection.execute(
        "UPDATE handoffs_clock SET stopped_at = now(), outcome = 'kept', response = '1 minute', paused_at = NULL,"
        " next_check_at = NULL WHERE lead_id = %(lead)s",
        given,
    )


def hold(connection: Connection, given: Given) -> None:
    connection.execute(
        "UPDATE handoffs_clock SET paused_at = now(), on_hold = on_hold + '00:00:07.000001'"
        " WHERE lead_id = %(lead)s AND stopped_at IS NULL",
        given,
    )


def attempt(connection: Connection, given: Given) -> None:
    connection.execute(_ATTEMPT, given)


def deal(connection: Connection, given: Given) -> None:
    connection.execute(_DEAL, given)


def move_deals(connection: Connection, given: Given) -> None:
    connection.execute("UPDATE pipeline_deal SET lead_id = %(other)s WHERE lead_id = %(lead)s", given)


def win_deals(connection: Connection, given: Given) -> None:
    """Let deals be of the company at which their people work now, and of nothing else that the star has."""
    connection.execute(
        "UPDATE pipeline_deal SET company_id = person.company_id FROM people_person AS person"
        " WHERE lead_id = %(lead)s AND person.id = (SELECT person_id FROM pipeline_lead WHERE id = %(lead)s)",
        given,
    )


def drop_deals(connection: Connection, given: Given) -> None:
    connection.execute("DELETE FROM pipeline_deal WHERE lead_id = %(lead)s", given)


def merge(connection: Connection, given: Given) -> None:
    connection.execute(_MERGE, given)


def visit(connection: Connection, given: Given) -> None:
    connection.execute(_VISIT, given)


def touch(connection: Connection, given: Given) -> None:
    connection.execute(_TOUCHPOINT, given)


def spend(connection: Connection, given: Given) -> None:
    connection.execute(_COST, given)


def become_known(connection: Connection, given: Given) -> None:
    """Give the visitors that nobody knew to a person, with what they did."""
    connection.execute(
        "WITH known AS (UPDATE people_visitor SET person_id = (SELECT person_id FROM pipeline_lead WHERE id = %(lead)s)"
        " WHERE person_id IS NULL AND id %% 3 = %(lead)s %% 3 RETURNING id, person_id)"
        " UPDATE people_touchpoint SET person_id = known.person_id FROM known WHERE visitor_id = known.id",
        given,
    )


def be_a_robot(connection: Connection, given: Given) -> None:
    connection.execute("UPDATE people_visit SET agent = 'robot' WHERE id %% 7 = %(lead)s %% 7", given)
    connection.execute("UPDATE people_touchpoint SET counts = NOT counts WHERE id %% 7 = %(lead)s %% 7", given)


def employ(connection: Connection, given: Given) -> None:
    """Give a person a company of its own, with fields that the star has and others."""
    connection.execute(
        "WITH made AS (INSERT INTO people_company (name, fields, created_at)"
        """ VALUES ('', '{"employees": 70, "country": "DE", "x": [1]}', now()) RETURNING id)"""
        " UPDATE people_person SET company_id = made.id FROM made"
        " WHERE people_person.id = (SELECT person_id FROM pipeline_lead WHERE id = %(lead)s)",
        given,
    )


def forget_person(connection: Connection, given: Given) -> None:
    """Delete what a person did, with the browsers and their visits."""
    person = "(SELECT person_id FROM pipeline_lead WHERE id = %(lead)s)"
    visitors = f"(SELECT id FROM people_visitor WHERE person_id = {person})"  # noqa: S608  # text of ours
    connection.execute(f"DELETE FROM people_touchpoint WHERE person_id = {person} OR visitor_id IN {visitors}", given)  # noqa: S608  # likewise
    connection.execute(f"DELETE FROM people_visit WHERE visitor_id IN {visitors}", given)  # noqa: S608  # likewise
    connection.execute(f"DELETE FROM people_visitor WHERE person_id = {person}", given)  # noqa: S608  # likewise


def part(connection: Connection, given: Given) -> None:
    connection.execute(_PART, given)


def erase(connection: Connection, given: Given) -> None:
    """Delete a lead with all that is known of it."""
    connection.execute("DELETE FROM handoffs_clock WHERE lead_id = %(lead)s", given)
    connection.execute("DELETE FROM handoffs_offer WHERE lead_id = %(lead)s", given)
    for table in HISTORY:
        query = sql.SQL("DELETE FROM {} WHERE lead_id = %(lead)s").format(sql.Identifier(table))
        connection.execute(query, given)
    connection.execute(
        "UPDATE pipeline_lead SET merged_into_id = NULL, cycle = 1 WHERE merged_into_id = %(lead)s", given
    )
    connection.execute("DELETE FROM pipeline_lead WHERE id = %(lead)s", given)


def many(connection: Connection, given: Given) -> None:
    connection.execute("UPDATE pipeline_lead SET queue = %(source)s WHERE id %% 5 = %(lead)s %% 5", given)


def leave(connection: Connection, given: Given) -> None:
    connection.execute("UPDATE accounts_user SET is_active = NOT is_active WHERE id = %(user)s", given)


VERBS: tuple[Callable[[Connection, Given], None], ...] = (
    *(advance, advance, offer, offer, decide, hold, attempt, deal, win_deals, move_deals, drop_deals),
    *(merge, merge, part, erase, many, leave),
    *(visit, visit, touch, touch, spend, become_known, be_a_robot, employ, forget_person),
)


def connections(stack: ExitStack, count: int) -> list[Connection]:
    """Open connections that never wait for each other's rows."""
    made = [psycopg.connect(**own_parameters("traffic"), autocommit=True) for _ in range(count)]
    for one in made:
        stack.callback(one.close)  # whatever is under way then has never been
        one.execute("SET lock_timeout = '1ms'; SET deadlock_timeout = '10s'")
    return made


def number_ids_from(first: int) -> None:
    """Let the ids of what is made from now on begin there, so that they fall into several buckets."""
    with django_connection.cursor() as cursor:
        for table in ("pipeline_lead", "pipeline_stagechange", "handoffs_offer", "handoffs_clock", "pipeline_deal"):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first])
