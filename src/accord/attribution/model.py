"""The models: how the value of a conversion is shared out among the touches before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from accord.attribution.errors import AttributionError
from accord.attribution.journeys import Label


@dataclass(frozen=True, slots=True)
class First:
    """All to the first touch."""

    name: str = "first"


@dataclass(frozen=True, slots=True)
class Last:
    """All to the last touch."""

    name: str = "last"


@dataclass(frozen=True, slots=True)
class LastNonDirect:
    """All to the last touch that is not direct; to the last one if all are (Google Analytics).

    Attributes:
        direct: The labels that count as direct.
    """

    direct: frozenset[Label] = frozenset({"Direct"})
    name: str = "last_non_direct"


@dataclass(frozen=True, slots=True)
class Linear:
    """The same to each touch."""

    name: str = "linear"


@dataclass(frozen=True, slots=True)
class Staged:
    """Fixed shares to the touches that stand at the stages, the rest evenly to those between.

    A touch that stands at several stages gets the shares of all of them. Where there is no touch for a share, nobody
    between or no lead yet, the others are raised in proportion; where none is left, each touch gets the same.

    Attributes:
        name: What it is called.
        first: The share of the first touch.
        lead: That of the touch that made the lead: the last one up to the instant at which the lead came to be.
        opportunity: That of the touch that made the opportunity, likewise.
        last: That of the last touch.
        between: That of all other touches together.
    """

    name: str
    first: float = 0.0
    lead: float = 0.0
    opportunity: float = 0.0
    last: float = 0.0
    between: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.first, self.lead, self.opportunity, self.last, self.between)
        if min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
            raise AttributionError(
                "attribution.bad_shares", f"the shares of {self.name!r} come to {sum(shares):g}", hint="they come to 1"
            )


@dataclass(frozen=True, slots=True)
class TimeDecay:
    """Half as much to a touch as to one that is a half-life later.

    Attributes:
        half_life: Seven days, as in Google Analytics, unless stated.
        name: What it is called.
    """

    half_life: timedelta = timedelta(days=7)
    name: str = "time_decay"

    def __post_init__(self) -> None:
        if self.half_life <= timedelta(0):
            raise AttributionError("attribution.bad_half_life", "a half-life is longer than nothing")


@dataclass(frozen=True, slots=True)
class Shapley:
    """To each label its Shapley value, a coalition of labels being worth what converts with these labels alone.

    That comes down to the same for each label of a conversion; among touches of one label it is shared evenly.
    """

    name: str = "shapley"


@dataclass(frozen=True, slots=True)
class Markov:
    """To each label by its removal effect: the share of conversions that is lost in a Markov chain without it.

    The effects are exact, and of the whole chain. What they split is either all that is attributable, once, over all
    labels; or each conversion by itself, over the labels of its own path. These are two models with two names, and
    they do not come to the same: *by_path* a label gets of no conversion that it was not touched before.

    Attributes:
        order: How many touches the chain remembers, from 1 to 4. At the beginning of a path it remembers fewer.
        repeats: Whether touches of one label in a row are kept, or *collapse* to one; with order 1 that is the same.
        null: Whether journeys that never convert *count*, as paths that end without conversion, or are *left_out*.
        split: Whether what is attributable is split as a *whole*, as is usual, or conversion by conversion, *by_path*:
            each label of a path gets its effect's share in the sum of the effects of the path's labels, however often
            it was touched, and its touches get the same each. Only so there is credit for each touch.
    """

    order: int = 1
    repeats: Literal["keep", "collapse"] = "keep"
    null: Literal["count", "left_out"] = "count"
    split: Literal["whole", "by_path"] = "whole"

    def __post_init__(self) -> None:
        if self.order not in range(1, 5):
            raise AttributionError("attribution.bad_order", f"the order of a chain is 1 to 4, not {self.order!r}")

    @property
    def name(self) -> str:
        """What it is called: by its order, and by what is not as usual."""
        collapsed = "_collapsed" if self.repeats == "collapse" else ""
        without_null = "_without_null" if self.null == "left_out" else ""
        return f"markov_{self.order}{collapsed}{without_null}{'_by_path' if self.split == 'by_path' else ''}"

    @property
    def chain(self) -> "Markov":
        """The same chain, whatever its effects split."""
        return replace(self, split="whole")


ByPath = First | Last | LastNonDirect | Linear | Staged | TimeDecay | Shapley
"""Models that look at one conversion at a time, and at nothing else."""

Model = ByPath | Markov

U_SHAPED = Staged("u_shaped", first=0.4, last=0.4, between=0.2)
U_SHAPED_50_50 = Staged("u_shaped_50_50", first=0.5, last=0.5)
W_SHAPED = Staged("w_shaped", first=0.3, lead=0.3, opportunity=0.3, between=0.1)
FULL_PATH = Staged("full_path", first=0.225, lead=0.225, opportunity=0.225, last=0.225, between=0.1)

_USUAL: tuple[Model, ...] = (
    First(),
    Last(),
    LastNonDirect(),
    Linear(),
    U_SHAPED,
    U_SHAPED_50_50,
    W_SHAPED,
    FULL_PATH,
    TimeDecay(),
    Shapley(),
    *(Markov(order) for order in range(1, 5)),
    *(Markov(order, split="by_path") for order in range(1, 5)),
)
MODELS: Mapping[str, Model] = {model.name: model for model in _USUAL}


def named(model: Model | str) -> Model:
    """Return the model of a name, or the model itself.

    Raises:
        AttributionError: No model is called so.
    """
    if not isinstance(model, str):
        return model
    if model not in MODELS:
        raise AttributionError(
            "attribution.unknown_model", f"no model is called {model!r}", hint=f"there are {', '.join(MODELS)}"
        )
    return MODELS[model]


def distinct(models: Iterable[Model | str]) -> tuple[Model, ...]:
    """Return the models, each a name of its own.

    Raises:
        AttributionError: No model is called so, or two are called the same.
    """
    wanted = tuple(named(model) for model in models)
    names = [model.name for model in wanted]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AttributionError(
            "attribution.same_name", f"two models are called {twice[0]!r}", hint="give each a name of its own"
        )
    return wanted


def marks(models: tuple[Model, ...]) -> frozenset[Literal["lead", "opportunity"]]:
    """Return the stages of which the models must know when they were reached."""
    staged = [model for model in models if isinstance(model, Staged)]
    wanted: set[Literal["lead", "opportunity"]] = set()
    if any(model.lead for model in staged):
        wanted.add("lead")
    if any(model.opportunity for model in staged):
        wanted.add("opportunity")
    return frozenset(wanted)
