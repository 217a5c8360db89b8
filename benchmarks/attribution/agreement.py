"""Whether others come to the same, where they do what they say: peers run beside, in environments of their own.

ChannelAttribution is under the GPL: it is installed apart, run as a process of its own, and never linked or shipped.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from accord.attribution import Attribution, attribute

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "accord" / "attribution-peers"
PEERS = {
    "channelattribution": ("channelattribution==2.2.5", "matplotlib"),  # which it imports and does not ask for
    "marketing-attribution-models": ("marketing-attribution-models==2.1.1",),
    "do-attribution": ("do-attribution==0.0.2",),
}


def python_of(peer: str) -> Path:
    """The Python of the peer's environment, which is made if it is not there."""
    home = CACHE / peer
    python = home / "bin" / "python"
    if not (home / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[peer], "pandas", "pyarrow"], check=True)
        (home / ".installed").touch()
    return python


def write_paths(folder: Path) -> None:
    """Write each journey as one line of text, as the peers want it; ties as ours, by label."""
    touches = pq.read_table(folder / "touchpoints.parquet", columns=["journey", "at", "channel"])
    touches = touches.set_column(2, "channel", touches["channel"].cast(pa.string()))
    touches = touches.sort_by([("journey", "ascending"), ("at", "ascending"), ("channel", "ascending")])
    paths: dict[int, list[str]] = {}
    for journey, channel in zip(touches["journey"].to_pylist(), touches["channel"].to_pylist(), strict=True):
        paths.setdefault(journey, []).append(channel)
    won = pq.read_table(folder / "conversions.parquet")
    cents = dict(zip(won["journey"].to_pylist(), won["cents"].to_pylist(), strict=True))
    pq.write_table(
        pa.table(
            {
                "path": [" > ".join(path) for path in paths.values()],
                "won": [int(journey in cents) for journey in paths],
                "cents": [cents.get(journey, 0) for journey in paths],
            }
        ),
        folder / "paths.parquet",
    )


def compare(folder: Path) -> list[tuple[str, str, float, float]]:
    """Run the peers and return for each model the largest difference, relative to ours, and the peer's seconds."""
    write_paths(folder)
    ours = attribute(
        folder / "touchpoints.parquet", folder / "conversions.parquet",
        ["first", "last", "linear", "u_shaped", "markov_1"],
    )  # fmt: skip
    rows = []
    for peer in PEERS:
        subprocess.run([python_of(peer), HERE / "peer.py", peer, folder], check=True, stdout=subprocess.DEVNULL)
        told = json.loads((folder / f"{peer}.json").read_text())
        for model, theirs in told["credits"].items():
            kind = "markov_1" if model in ("removal", "simulated") else "heuristics"
            rows.append((peer, model, difference(ours, model, theirs), told["seconds"][kind]))
    return rows


def difference(ours: Attribution, model: str, theirs: dict[str, float]) -> float:
    """The largest difference of a label, relative to ours."""
    credit = ours["markov_1" if model in ("removal", "simulated") else model]
    figures = credit.value if credit.removal_effects is None else credit.removal_effects
    return max(
        abs(theirs.get(str(label), 0.0) / figure - 1)
        for label, figure in zip(credit.labels, figures.tolist(), strict=True)
        if figure
    )
