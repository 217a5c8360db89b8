"""Explanations as plain text of 80 columns: for a terminal, and for what stands under a failing test."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from accord.agreement.english_words import joined
from accord.agreement.explanation.because import Because
from accord.agreement.explanation.ledger import LedgerSide
from accord.agreement.explanation.next_steps import Ahead
from accord.agreement.explanation.outlook import Outlook, Turn
from accord.agreement.explanation.whole import Explanation
from accord.agreement.explanation.words import capitalised

COLUMNS = 80
HOLDS, FAILS = "✓", "✗"
_NUMBERS = 20  # columns at the right of the ledger


def explanation_in_words(explanation: Explanation, *, ledger: bool = True) -> Iterator[str]:
    """Yield the lines of everything that is explained of a lead; ``ledger``: with where the points come from."""
    held = sum(each.held for each in explanation.criteria)
    yield f"CRITERIA: {held} of {len(explanation.criteria)} hold"
    for each in explanation.criteria:
        yield from because_in_words(each, "  ")
    for title, ahead in _ahead(explanation):
        yield ""
        yield from ahead_in_words(title, ahead)
    yield ""
    if ledger:
        yield from ledger_in_words(explanation.sides, explanation.grade)
        yield ""
    yield "WHAT TIME ALONE CHANGES"
    yield from outlook_in_words(explanation.outlook)


def _ahead(explanation: Explanation) -> Iterator[tuple[str, Ahead]]:
    if explanation.stage is not None:
        yield "NEXT STAGE AND HAND-OFF" if explanation.one_way else "NEXT STAGE", explanation.stage
    if explanation.handoff is not None and not explanation.one_way:
        yield "HAND-OFF", explanation.handoff


def because_in_words(because: Because, indent: str = "") -> Iterator[str]:
    """Yield the lines of one statement: whether it holds, what was found, by how much it falls short, until when."""
    sign = HOLDS if because.held else FAILS
    details = "; ".join(filter(None, (because.found, because.short, because.until)))
    says = f"{because.says}: {details}" if details else because.says
    yield from _wrapped(f"{sign} ", says, indent)
    for part in because.parts:
        yield from because_in_words(part, f"{indent}    ")


def ahead_in_words(title: str, ahead: Ahead) -> Iterator[str]:
    """Yield the lines of what it takes to get somewhere."""
    what = f"{title}: {ahead.aim.upper()}" if ahead.aim != "hand-off" else title
    yield f"{what}{f', checked by {ahead.checked_by}' if ahead.checked_by else ''}"
    yield from (line for text in ways_in_words(ahead) for line in _wrapped("", text, "  "))


def ways_in_words(ahead: Ahead) -> tuple[str, ...]:
    """Return what it takes, one sentence for each way; what does not hold, where no way was found."""
    if ahead.ways:
        heads = ("It takes: ", *(["Or: "] * (len(ahead.ways) - 1)))
        return tuple(f"{head}{way.says}." for head, way in zip(heads, ahead.ways, strict=True))
    if ahead.because.held:
        return ("Everything holds that it takes.",)
    return (f"Not yet: {joined(ahead.missing, 'and')}.",) if ahead.missing else ("Nothing leads there any more.",)


def ledger_in_words(sides: Iterable[LedgerSide], grade: str | None) -> Iterator[str]:
    """Yield the lines of where the points come from, each with what it gives now and tomorrow."""
    yield _columns("POINTS", "now", "tomorrow")
    for side in sides:
        yield _columns(side.name, side.points, side.tomorrow)
        for clause in side.clauses:
            yield from _row(f"  {clause.says}", clause.points, clause.tomorrow)
            for line in clause.lines:
                when = f"{line.when}  " if line.when else ""
                yield from _row(f"    {when}{line.what}", line.points, line.tomorrow)
    yield f"Grade: {grade or 'none'}"


def outlook_in_words(outlook: Outlook) -> Iterator[str]:
    """Yield the lines of what time alone changes."""
    for text in outlook_sentences(outlook):
        yield from _wrapped("", text, "  ")


def outlook_sentences(outlook: Outlook) -> tuple[str, ...]:
    """Return what time alone changes, one sentence for each thing."""
    return (*_tomorrow(outlook), *map(turn_in_words, outlook.turns), *_rest(outlook))


def _tomorrow(outlook: Outlook) -> Iterator[str]:
    changed = [
        f"{name} {now or 'none'} becomes {then or 'none'}"
        for name, (now, then) in (("fit", outlook.fit), ("engagement", outlook.engagement), ("grade", outlook.grade))
        if now != then
    ]
    if changed:
        yield f"In 24 hours: {joined(changed, 'and')}."
    elif outlook.next_points is None:
        yield "The points stay as they are."
    else:
        yield "In 24 hours: the same points and grade."
    if outlook.next_points is not None:
        yield f"Next change of the points: {outlook.next_points.when}, {outlook.next_points.says}."


def turn_in_words(turn: Turn) -> str:
    """Return one thing that changes by itself, as a sentence."""
    if turn.gained is None:
        return f"{turn.when}: {turn.says}."
    return f"{turn.when}: {'begins' if turn.gained else 'ceases'} to hold: {turn.says}."


def _rest(outlook: Outlook) -> Iterator[str]:
    if outlook.searched:
        yield f"No grade and no condition changes before {outlook.searched}."
    elif not outlook.turns:
        yield "No grade and no condition ever changes by itself."


def _row(text: str, now: str, tomorrow: str) -> Iterator[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    *first, last = wrap(text.lstrip(), COLUMNS - _NUMBERS - len(indent) - 2) or [""]
    yield from (f"{indent}{line}" for line in first)
    yield _columns(f"{indent}{'  ' if first else ''}{last}", now, tomorrow)


def _columns(text: str, now: str, tomorrow: str) -> str:
    return f"{capitalised(text):<{COLUMNS - _NUMBERS}}{now:>9}{tomorrow:>11}"


def wrapped(text: str) -> Iterator[str]:
    """Yield the lines of a text, those after the first further to the right."""
    yield from wrap(text, COLUMNS, subsequent_indent="  ", break_on_hyphens=False)


def _wrapped(sign: str, text: str, indent: str) -> Iterator[str]:
    rest = indent + " " * len(sign)
    yield from wrap(text, COLUMNS, initial_indent=indent + sign, subsequent_indent=rest, break_on_hyphens=False)
