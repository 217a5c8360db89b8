"""What a visit says about itself, read off: arrivals, robots, networks and companies, each against a floor.

The floor is what the standard library needs to take the same text apart and nothing more: the two addresses, the words
of the agent, the number of the IP address, the words of the name. Prints microseconds a call and the ratio, all from
one run. The table of networks is made up, of the size of the real one: 400,000 ranges.
"""

import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from accord.traffic.agents import general_mark, listed_mark
from accord.traffic.arrivals import arrival
from accord.traffic.companies import Companies, KnownCompany
from accord.traffic.networks import Networks, load
from accord.traffic.robots import verdict

RANGES, TIMES = 400_000, 20_000
WORDS = (
    "north",
    "south",
    "wind",
    "water",
    "stone",
    "iron",
    "fox",
    "bear",
    "instruments",
    "systems",
    "motors",
    "energy",
)


def each(name: str, given: Sequence[str], work: Callable[[str], object], floor: Callable[[str], object]) -> None:
    """Print what one call takes, and how often that is the floor; once before, so that lists are read."""
    work(given[0])
    taken = []
    for call in (floor, work):
        begin = time.process_time()
        for text in given:
            call(text)
        taken.append((time.process_time() - begin) / len(given))
    print(f"{name:38} {1e6 * taken[1]:8.1f} us {1 / taken[1]:10.0f}/s {taken[1] / taken[0]:8.1f} times the floor")


def agents(chance: random.Random) -> list[str]:
    """Return browsers, each a little different, as they are on a site."""
    return [
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{chance.randrange(90, 150)}.0.{chance.randrange(9999)}.{n} Safari/537.36"
        for n in range(TIMES)
    ]


def network_table(chance: random.Random, folder: Path) -> Networks:
    """Make and open a table of as many ranges as the real one has."""
    starts = sorted(chance.sample(range(1 << 24, 224 << 24), RANGES))
    with (folder / "ranges.csv").open("w", encoding="utf-8") as file:
        file.write("start_int,end_int,asn\n")
        file.writelines(
            f"{first},{last - 1},{chance.randrange(1, 90_000)}\n"
            for first, last in zip(starts, [*starts[1:], 224 << 24], strict=True)
        )
    with (folder / "names.csv").open("w", encoding="utf-8") as file:
        file.write("asn,organization\n")
        file.writelines(f"{n},{' '.join(chance.choices(WORDS, k=3))} {n} Ltd\n" for n in range(1, 90_000))
    begin = time.perf_counter()
    load([folder / "ranges.csv", folder / "names.csv"], folder / "networks")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{RANGES} ranges loaded in {time.perf_counter() - begin:.1f} s, {peak} MB at the peak")
    return Networks(folder / "networks")


def main() -> None:
    chance = random.Random(5)
    landing = "https://northwind.example/pricing?utm_source=letter&utm_medium=email&utm_campaign=spring&gclid=Cj0KC"
    referrers = [f"https://www.google.{end}/search?q={n}" for n, end in enumerate(["de", "co.uk", "fr"] * (TIMES // 3))]
    each(
        "arrivals",
        referrers,
        lambda referrer: arrival(landing, referrer, ("northwind.example",)),
        lambda referrer: (parse_qsl(urlsplit(landing).query), urlsplit(referrer).hostname),
    )
    browsers, word = agents(chance), re.compile(r"\w+")
    each("robot verdicts, new agents", browsers, verdict, word.findall)
    each("robot verdicts, agents seen before", browsers[-2000:] * 10, verdict, word.findall)
    each("  of which the list", browsers, listed_mark, word.findall)
    each("  of which the rules", browsers, general_mark, word.findall)
    with tempfile.TemporaryDirectory() as folder:
        networks = network_table(chance, Path(folder))
        addresses = [str(IPv4Address(chance.randrange(1 << 24, 224 << 24))) for _ in range(TIMES)]
        each("networks", addresses, networks.find, ip_address)
        begin = time.perf_counter()
        Networks(Path(folder) / "networks")
        print(f"table opened in {1e6 * (time.perf_counter() - begin):.0f} us")
    names = sorted({" ".join(chance.choices(WORDS, k=3)).title() + f" {chance.randrange(99)}" for _ in range(30_000)})
    known = Companies(KnownCompany(name, (name,)) for name in names[: TIMES // 2])
    asked = [f"{name} GmbH & Co. KG" for name in names[: TIMES // 2 + 2000]][-4000:]
    each(f"companies by name, of {TIMES // 2} known", asked, known.by_name, word.findall)


if __name__ == "__main__":
    main()
