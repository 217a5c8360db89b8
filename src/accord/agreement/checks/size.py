"""Checks that a rule stays small once the criteria that it names stand in their places.

The document itself is limited where it is read, but a criterion may be named many times: thirty short lines, each of
which names the next one twice, are a rule of a billion parts.
"""

from collections.abc import Iterator, Mapping

from accord.agreement.build_rules import build_rule
from accord.agreement.checks.inspection import Inspection, lead_rules
from accord.rules import All, AnyOf, CriterionRule, NoneOf, Rule

MOST_PARTS = 2_000
"""Parts of a rule, those of the criteria that it names counted wherever it names them."""
DEEPEST = 40
"""Steps from a rule to its innermost part; what walks over rules calls itself for each of them."""

_TOO_LARGE = MOST_PARTS + 1


class _Measure:
    """Counts the parts of rules, once for each criterion and depth."""

    def __init__(self, criteria: Mapping[str, Rule]) -> None:
        self._criteria = criteria
        self._known: dict[tuple[str, int], int] = {}

    def parts(self, rule: Rule, depth: int = 0) -> int:
        """Return how many parts a rule has; ``_TOO_LARGE`` for any number beyond the limit, and beyond the depth."""
        if depth > DEEPEST:
            return _TOO_LARGE
        match rule:
            case CriterionRule(name) if name in self._criteria:
                if (name, depth) not in self._known:
                    self._known[name, depth] = self.parts(self._criteria[name], depth + 1)
                return self._known[name, depth]
            case All(rules) | AnyOf(rules) | NoneOf(rules):
                return min(_TOO_LARGE, 1 + sum(self.parts(part, depth + 1) for part in rules))
        return 1

    def is_too_large(self, rule: Rule) -> bool:
        """Return whether a rule has too many parts or goes too deep."""
        return self.parts(rule) == _TOO_LARGE


def check_size(inspection: Inspection) -> None:
    """Check that no rule is too large to be carried out; of those that name each other, the innermost is told."""
    criteria = {name: build_rule(entry) for name, entry in inspection.document.criteria.items()}
    measure = _Measure(criteria)
    large = {name for name, rule in criteria.items() if measure.is_too_large(rule)}
    for name in large:
        if not large & set(named_criteria(criteria[name])):  # otherwise they go in circles, which is said elsewhere
            inspection.endless = True
            _tell(inspection, f"criteria.{name}")
    for rule in lead_rules(inspection.document):
        built = build_rule(rule.node)
        if measure.is_too_large(built) and not large & set(named_criteria(built)):
            inspection.endless = True
            _tell(inspection, rule.path)


def _tell(inspection: Inspection, path: str) -> None:
    text = f"this rule has more than {MOST_PARTS:,} parts or {DEEPEST} levels, those of the criteria it names included"
    inspection.error("agreement.rule_too_large", path, text, "name each criterion once, and fewer on the way to it")


def named_criteria(rule: Rule) -> Iterator[str]:
    """Yield the criteria that a rule names itself."""
    match rule:
        case CriterionRule(name):
            yield name
        case All(rules) | AnyOf(rules) | NoneOf(rules):
            for part in rules:
                yield from named_criteria(part)
