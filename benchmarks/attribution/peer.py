"""One peer at work in an environment of its own: touchpoints in Parquet to credits in JSON. Imports nothing of Accord.

The paths that the peers want are made here, with pandas: one row for each journey with ``path``, its labels with " > "
between them; ``won``, whether it converts; ``cents``. What each peer does right is asked of it, and no more.
"""

import contextlib
import importlib
import json
import sys
import time
from pathlib import Path

import pandas as pd

Told = tuple[dict[str, dict[str, float]], dict[str, float]]
"""Credit or removal effects by model and label, and how many seconds it took; ``…_conversions``: not of the value."""

SEPARATOR = " > "


def paths_of(folder: Path) -> pd.DataFrame:
    """Each journey as one line of text; ties as ours, by label."""
    touches = pd.read_parquet(folder / "touchpoints.parquet", columns=["journey", "at", "channel"])
    touches["channel"] = touches["channel"].astype(str)
    touches = touches.sort_values(["journey", "at", "channel"])
    paths = touches.groupby("journey", sort=True)["channel"].agg(SEPARATOR.join)
    won = pd.read_parquet(folder / "conversions.parquet").set_index("journey")["cents"]
    cents = won.reindex(paths.index)
    return pd.DataFrame(
        {"path": paths.to_numpy(), "won": cents.notna().astype(int).to_numpy(), "cents": cents.fillna(0).to_numpy()}
    )


def channelattribution(paths: pd.DataFrame) -> Told:
    peer = importlib.import_module("ChannelAttribution")

    paths["null"] = 1 - paths["won"]
    with contextlib.redirect_stdout(sys.stderr):
        began = time.perf_counter()
        given = peer.heuristic_models(paths, "path", "won", "cents", sep=">", flg_pro=False)
        heuristics = time.perf_counter() - began
        began = time.perf_counter()
        chain = peer.markov_model(
            paths, "path", "won", "cents", var_null="null", sep=">", nsim_start=1e7, max_step=1000, conv_par=1.0,
            out_more=True, verbose=False, flg_pro=False,
        )  # fmt: skip
        markov = time.perf_counter() - began
    found = {
        ours: dict(zip(given["channel_name"], given[theirs], strict=True))
        for ours, theirs in (
            ("first", "first_touch_value"),
            ("last", "last_touch_value"),
            ("linear", "linear_touch_value"),
        )
    }
    effects = chain["removal_effects"]
    found["simulated"] = dict(zip(effects["channel_name"], effects["removal_effects_conversion"], strict=True))
    return found, {"heuristics": heuristics, "markov_1": markov}


def marketing_attribution_models(paths: pd.DataFrame) -> Told:
    peer = importlib.import_module("mam.core")
    won = paths[paths["won"] == 1].reset_index(drop=True)
    won["journey"] = [str(number) for number in range(len(won))]
    won["hours"] = [" > ".join("0" for _ in path.split(" > ")) for path in won["path"]]
    began = time.perf_counter()
    model = peer.MAM(
        won, "journey", "path", "won", user_id_colname="journey", time_till_conv_colname="hours",
        conversion_value_colname="cents",
    )  # fmt: skip
    found = {}
    for ours, run in (
        ("first", model.run_first_click), ("last", model.run_last_click), ("linear", model.run_linear),
        ("u_shaped", model.run_position_based),
    ):  # fmt: skip
        table = run().to_pandas()
        found[ours] = dict(zip(table["channels"].astype(str), table["attribution"], strict=True))
    return found, {"heuristics": time.perf_counter() - began}


def do_attribution(paths: pd.DataFrame) -> Told:
    peer = importlib.import_module("do_attribution")
    began = time.perf_counter()
    fitted = peer.MarkovAttribution(order=1, removal_strategy="redirect_to_null").fit(paths["path"], paths["won"])
    return {"removal": dict(fitted["removal_effects"])}, {"markov_1": time.perf_counter() - began}


def mta(paths: pd.DataFrame) -> Told:
    peer = importlib.import_module("mta")
    counted = paths.groupby("path", as_index=False).agg(total_conversions=("won", "sum"), journeys=("won", "size"))
    counted["total_null"] = counted["journeys"] - counted["total_conversions"]
    with contextlib.redirect_stdout(sys.stderr):
        began = time.perf_counter()
        model = peer.MTA(counted, allow_loops=True, add_timepoints=False, normalize_by_default=False)
        model.first_touch().last_touch().linear(share="proportional")
        heuristics = time.perf_counter() - began
    found = {
        ours: dict(model.attribution[theirs])
        for ours, theirs in (
            ("first_conversions", "first_touch"),
            ("last_conversions", "last_touch"),
            ("linear_conversions", "linear"),
        )
    }
    return found, {"heuristics": heuristics}


def shapley_attribution(paths: pd.DataFrame) -> Told:
    peer = importlib.import_module("shapley_attribution")
    journeys, found, seconds = [path.split(SEPARATOR) for path in paths["path"]], {}, {}
    for ours, kind in (
        ("first", peer.FirstTouchAttribution),
        ("last", peer.LastTouchAttribution),
        ("linear", peer.LinearAttribution),
        ("shapley", peer.SimplifiedShapleyAttribution),
    ):
        began = time.perf_counter()
        found[f"{ours}_conversions"] = kind(normalize=False).fit(journeys, y=paths["won"].to_numpy()).get_attribution()
        seconds[ours] = time.perf_counter() - began
    heuristics = seconds["first"] + seconds["last"] + seconds["linear"]
    return found, {"heuristics": heuristics, "shapley": seconds["shapley"]}


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    work = {
        "channelattribution": channelattribution,
        "marketing-attribution-models": marketing_attribution_models,
        "do-attribution": do_attribution,
        "mta": mta,
        "shapley-attribution": shapley_attribution,
    }[name]
    found, seconds = work(paths_of(folder))
    (folder / f"{name}.json").write_text(json.dumps({"credits": found, "seconds": seconds}, default=float))
