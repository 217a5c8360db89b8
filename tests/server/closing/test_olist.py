"""The map of a real funnel: 8,000 leads and 842 deals of Olist."""

from datetime import UTC, datetime

import pytest
from tests.server.conftest import Cast, cast  # noqa: F401  # a fixture
from tests.server.scoreboard.test_olist import KNOWN, olist  # noqa: F401  # a fixture

from accord.server.closing.asked import map_asked
from accord.server.closing.rates import rate_map

pytestmark = pytest.mark.shared_data
NOVEMBER = datetime(2018, 11, 15, tzinfo=UTC)


def test_the_map_says_the_known_rates_and_warns_of_2017(olist: None, cast: Cast) -> None:  # noqa: F811
    of_all = rate_map(map_asked({"rows": "source", "columns": "", "span": "all"}, NOVEMBER), cast.xenia)
    shares = {row.label: row.total.share for row in of_all.rows}
    assert {name: round(100 * (shares[name].rate or 0), 1) for name in KNOWN} == KNOWN
    assert (of_all.whole.share.leads, of_all.whole.share.won) == (8000, 842)
    assert of_all.answer.startswith("5 differences stand out after 12 looks: social at 6 %, the rest at 12 %")

    def cautions(year: int) -> tuple[str, ...]:
        asked = {"rows": "source", "columns": "", "from": f"{year}-01-01", "to": f"{year}-12-31"}
        return tuple(rate_map(map_asked(asked, NOVEMBER), cast.xenia).cautions)

    (early,) = cautions(2017)
    assert "came long before the first recorded win, of 5 December 2017" in early
    assert cautions(2018) == ()
