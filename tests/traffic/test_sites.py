"""The lists that ship, against those that they were made of."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from accord.traffic.sites import Category, category_of, site_at

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "import_traffic_lists.py"


@pytest.mark.shared_data
def test_the_lists_that_ship_are_those_of_matomo_and_google(shared_data: Callable[[str], Path]) -> None:
    script = runpy.run_path(str(SCRIPT))
    for file, rows in (("matomo_sites.tsv", script["matomo"]), ("ga4_sources.tsv", script["ga4"])):
        shipped = (script["DATA"] / file).read_text(encoding="utf-8").splitlines()
        assert [line for line in shipped if not line.startswith("#")] == [
            "\t".join(row) for row in rows(shared_data("channel_rules"))
        ]


@pytest.mark.shared_data
def test_every_assistant_and_network_of_matomo_is_known_at_its_host(shared_data: Callable[[str], Path]) -> None:
    yaml = YAML(typ="safe")
    lists = {Category.AI: "AIAssistants", Category.SOCIAL: "Socials"}
    others = {}
    for category, file in lists.items():
        sites = yaml.load(shared_data(f"channel_rules/matomo_{file}.yml"))
        for host, path in (entry.partition("/")[::2] for entries in sites.values() for entry in entries):
            found = site_at(host, f"/{path}")
            assert found is not None, host
            if found.category is not category:
                others[host] = found.category
    # Google counts these networks as films.
    assert others == {
        "youtube.com": Category.VIDEO,
        "vimeo.com": Category.VIDEO,
    }


@pytest.mark.shared_data
def test_nearly_every_search_engine_of_matomo_is_known_at_its_host(shared_data: Callable[[str], Path]) -> None:
    engines = YAML(typ="safe").load(shared_data("channel_rules/matomo_SearchEngines.yml"))
    hosts = [
        url.replace("{}.", "de.", 1) if url.startswith("{}") else url.replace("{}", "co.uk")
        for engine in engines.values()
        for kind in engine
        for url in kind.get("urls", ())
        if "/" not in url and ".{}." not in url
    ]
    found = {host: site_at(host) for host in hosts}
    assert len(hosts) > 600
    assert [host for host, site in found.items() if site is None] == []
    not_search = {site.category for site in found.values() if site is not None} - {Category.SEARCH}
    assert not_search <= {Category.AI, Category.SOCIAL, Category.MAIL, Category.SHOPPING, Category.VIDEO}
    assert sum(site is not None and site.category is Category.SEARCH for site in found.values()) > 0.95 * len(found)


def test_a_search_engine_is_known_in_every_country() -> None:
    for host in ("google.fr", "www.google.com.br", "www.google.co.jp", "yandex.kz", "fr.search.yahoo.com"):
        site = site_at(host)
        assert site is not None
        assert site.category is Category.SEARCH


def test_a_name_that_only_begins_or_ends_like_a_listed_one_is_not_listed() -> None:
    for host in (
        "google.evil.example",
        "my-facebook.com",
        "facebook.com.evil.example",
        "xgoogle.de",
        "mail.ru.example",
    ):
        site = site_at(host)
        assert site is None or site.category is Category.MAIL


def test_a_stated_source_is_known_by_host_and_by_word() -> None:
    assert category_of("LinkedIn") is category_of("www.linkedin.com") is category_of("lnkd.in") is Category.SOCIAL
    assert category_of("DuckDuckGo") is Category.SEARCH
    assert category_of("Claude") is Category.AI
    assert category_of("") is None
