"""Who calls and writes in the demo: the made-up weeks before they are lived."""

from collections import Counter
from datetime import timedelta

import pytest
from tests.demo.made import END, SEED, SPAN, story

from accord.demo import calling, writing
from accord.demo.calling import FIRST_CALLER, LINES, OURS
from accord.server.calls.numbers import as_number
from accord.server.inbox.mail import Nature, read_mail

PEOPLE = [story(n, END - timedelta(days=100), email=f"p{n}@acme.example", phone=f"+49 30 0{n:06}") for n in range(40)]
LATER = story(99, END - timedelta(days=1), email="late@acme.example", phone="+49 30 0999999")


@pytest.fixture
def rings():
    return calling.rings(PEOPLE, SPAN, SEED)


@pytest.fixture
def mails():
    return [(each.at, read_mail(each.raw)) for each in writing.letters(PEOPLE, SPAN, SEED)]


def test_the_same_seed_makes_the_same_calls_and_mails_and_another_others(rings):
    assert calling.rings(PEOPLE, SPAN, SEED) == rings != calling.rings(PEOPLE, SPAN, SEED + 1)
    assert writing.letters(PEOPLE, SPAN, SEED) == writing.letters(PEOPLE, SPAN, SEED)


def test_calls_end_in_order_after_they_began_within_the_last_eight_weeks(rings):
    assert [ring.over for ring in rings] == sorted(ring.over for ring in rings)
    assert all(END - timedelta(weeks=8) <= ring.began < ring.over <= END for ring in rings)
    assert len({ring.key for ring in rings}) == len(rings)


def test_about_a_call_a_day_most_answered_some_missed_by_people_known_and_unknown(rings):
    assert 25 <= len(rings) <= 85
    ends = Counter(ring.status for ring in rings)
    assert ends["completed"] > ends["no-answer"] > 0 < ends["voicemail"]
    assert all((ring.seconds > 0) is (ring.status == "completed") for ring in rings)
    strangers = [ring.who for ring in rings if ring.by_a_stranger]
    assert len({who.contact.phone for who in strangers}) == len(strangers)
    assert {who.prospect.index >= FIRST_CALLER for who in strangers} == {True}
    assert 5 <= sum(ring.who in PEOPLE for ring in rings) <= 40


def test_every_number_is_one_and_no_caller_has_one_of_ours(rings):
    ours = as_number(OURS + "000").removesuffix("000")
    for ring in rings:
        assert as_number(ring.called).startswith(ours)
        assert ring.who is None or (as_number(ring.who.contact.phone) and ours not in as_number(ring.who.contact.phone))
    assert {line.number for line in LINES} <= {ring.called for ring in rings}


def test_nobody_calls_or_writes_before_they_are_known():
    rings = calling.rings([LATER], SPAN, SEED)
    assert all(ring.by_a_stranger or ring.who is None for ring in rings if ring.over < LATER.noticed)
    letters = [read_mail(each.raw) for each in writing.letters([LATER], SPAN, SEED) if each.at < LATER.noticed]
    assert letters
    assert "late@acme.example" not in {mail.sender.address for mail in letters}


def test_today_somebody_waits_for_a_call_back_and_one_hid_their_number(rings):
    missed = [ring for ring in rings if ring.over > END - timedelta(hours=2) and ring.status != "completed"]
    assert {END - ring.over for ring in missed if ring.by_a_stranger} >= {timedelta(minutes=6), timedelta(minutes=31)}
    assert [ring.who for ring in missed if ring.over == END - timedelta(minutes=75)] == [None]


def test_mails_are_read_as_what_they_are_meant_to_be(mails):
    assert 12 <= len(mails) <= 40
    assert {mail.nature for _, mail in mails} == set(Nature)
    for at, mail in mails:
        assert mail.at == at.replace(microsecond=0)
        assert mail.recipients[0].address == "sales@northwind.example"
        if mail.nature is Nature.BOUNCE:
            assert mail.failed[0] in {each.contact.email for each in PEOPLE}
    assert len({mail.id for _, mail in mails}) == len(mails)
