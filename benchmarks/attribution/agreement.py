"""Whether others come to the same, where they do what they say: peers run beside, in environments of their own.

ChannelAttribution is under the GPL: it is installed apart, run as a process of its own, and never linked or shipped.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from attribution.measuring import Measured, measured

from accord.attribution import Attribution, attribute

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "accord" / "attribution-peers"
PEERS = {
    "channelattribution": ("channelattribution==2.2.5", "matplotlib"),  # which it imports and does not ask for
    "marketing-attribution-models": ("marketing-attribution-models==2.1.1",),
    "do-attribution": ("do-attribution==0.0.2",),
    "mta": ("mta==0.0.9",),
    "shapley-attribution": ("shapley-attribution==2.1.0", "matplotlib"),  # likewise
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


def compare(folder: Path) -> list[tuple[str, str, float, float]]:
    """Run the peers and return for each model the largest difference, relative to ours, and the peer's seconds."""
    ours = attribute(
        folder / "touchpoints.parquet", folder / "conversions.parquet",
        ["first", "last", "linear", "u_shaped", "markov_1", "shapley"],
    )  # fmt: skip
    rows = []
    for peer in PEERS:
        run(peer, folder)
        told = json.loads((folder / f"{peer}.json").read_text())
        for model, theirs in told["credits"].items():
            seconds = told["seconds"]
            name = "markov_1" if model in REMOVAL else model.removesuffix("_conversions")
            rows.append((peer, model, difference(ours, model, theirs), seconds.get(name, seconds.get("heuristics"))))
    return rows


REMOVAL = ("removal", "simulated")


def run(peer: str, folder: Path) -> Measured:
    """Run one peer as a whole process, from touchpoints in Parquet to credits on disk."""
    return measured([python_of(peer), HERE / "peer.py", peer, folder])


def difference(ours: Attribution, model: str, theirs: dict[str, float]) -> float:
    """The largest difference of a label, relative to ours."""
    credit = ours["markov_1" if model in REMOVAL else model.removesuffix("_conversions")]
    figures = credit.conversions if model.endswith("_conversions") else credit.value
    if model in REMOVAL and credit.removal_effects is not None:
        figures = credit.removal_effects
    return max(
        abs(theirs.get(str(label), 0.0) / figure - 1)
        for label, figure in zip(credit.labels, figures.tolist(), strict=True)
        if figure
    )
