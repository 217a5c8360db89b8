"""Checking goes on after the first fault: what is sound in a faulty part is kept, what is not is noted and left out.

Pydantic refuses a whole document for one wrong value. Every part of ours is an ``Entry`` (or a mapping or list of
entries), and each catches the faults of its own keys, notes them with their path, and stands without them. So the
checks that follow see everything that can be understood. Without a ``Salvage`` as context, pydantic behaves as usual.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from accord.agreement.source import Items, Keys

Handler = Callable[[object], object]
"""Pydantic's own validation of a part."""

BROKEN = "agreement.broken"
"""The type of a fault that only passes on that something inside was already noted."""

RULE_KINDS = ("field", "event", "criterion", "score", "grade", "all", "any", "none")
"""The keys that make a group of keys a rule, each of its own kind; in brackets they are the tags of the kinds."""

_UNWRITTEN = frozenset({"[key]", "<name>", "<deliver>", "<deadline>", *(f"<{kind}>" for kind in RULE_KINDS)})

EMPTY = "agreement.empty_value"
"""The kind of a fault that nothing stands after a key."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One complaint of pydantic.

    Attributes:
        path: Where, such as ``sla.sales[0].first_attempt``.
        key: Its last step, as text.
        kind: Pydantic's type of error, or the code of one of ours.
        message: Pydantic's message, plain only for ours.
        value: What stands there.
        context: What pydantic or our parser adds to it.
        entry: The kind of entry whose key it is, if it is one.
    """

    path: str
    key: str
    kind: str
    message: str
    value: object
    context: Mapping[str, Any]
    entry: "type[Entry] | None"


@dataclass(slots=True)
class Salvage:
    """What was found so far while a tree is validated."""

    faults: list[Fault] = field(default_factory=list)
    _done: dict[tuple[int, object], object] = field(default_factory=dict)
    _alive: list[Keys | Items] = field(default_factory=list)  # so that no id in _done is given away again

    @property
    def broken(self) -> frozenset[str]:
        """The paths that something is wrong with."""
        return frozenset(fault.path for fault in self.faults)

    def keep(self, data: Keys | Items, handler: Handler, kind: object, fillers: Mapping[str, object]) -> object:
        """Return ``data`` as ``handler`` makes it, without its faulty parts.

        Args:
            data: A mapping or list of the source tree.
            handler: Pydantic's own validation of it.
            kind: What it is validated as; the same part is never noted twice for the same kind.
            fillers: For keys that must not be absent: what stands in for a faulty one, so that checking can go on.

        Raises:
            PydanticCustomError: Nothing of it is left; its faults are noted.
        """
        place = (id(data), kind)
        if place not in self._done:
            self._done[place] = self._kept(data, handler, kind, fillers)
        if self._done[place] is None:
            raise PydanticCustomError("agreement.broken", "noted elsewhere")
        return self._done[place]

    def _kept(self, data: Keys | Items, handler: Handler, kind: object, fillers: Mapping[str, object]) -> object:
        self._note_empty(data)
        try:
            return handler(data)
        except ValidationError as error:
            faulty = set(self._note(data, error, kind))
        rest = _without(data, faulty, fillers)
        self._alive.append(rest)
        try:
            return handler(rest)
        except ValidationError:
            return None

    def _note_empty(self, data: Keys | Items) -> None:
        """Note the keys and items after which nothing stands: pydantic would take some of them as absent."""
        for step, value in data.items() if isinstance(data, Keys) else enumerate(data):
            if value is None:
                path = path_of(data.path, (step,))
                self.faults.append(Fault(path, str(step), EMPTY, "empty", None, {}, None))

    def _note(self, data: Keys | Items, error: ValidationError, kind: object) -> Iterable[str | int]:
        """Note the faults of ``error`` and return the keys or places that they concern."""
        for fault in error.errors(include_url=False):
            if fault["type"] != BROKEN:
                entry = kind if isinstance(kind, type) and issubclass(kind, Entry) else None
                path = path_of(data.path, fault["loc"])
                steps = [str(step) for step in fault["loc"] if _is_written(step)]
                context = fault.get("ctx", {})
                key = steps[-1] if steps else data.path
                if fault["input"] is not None or path not in self.broken:
                    self.faults.append(Fault(path, key, fault["type"], fault["msg"], fault["input"], context, entry))
            if fault["loc"]:
                yield fault["loc"][0]


def path_of(start: str, steps: Iterable[str | int]) -> str:
    """Return the path of the document that pydantic's location stands for.

    Examples:
        >>> path_of("sla", ("sales", 0, "<any>", "for"))
        'sla.sales[0].for'
    """
    path = start
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _is_written(step):
            path += f".{step}" if path else step
    return path


def _is_written(step: str | int) -> bool:
    """Return whether a step of pydantic's location stands in the document, unlike the tag of a union's member."""
    return isinstance(step, int) or step not in _UNWRITTEN


def _without(data: Keys | Items, faulty: set[str | int], fillers: Mapping[str, object]) -> Keys | Items:
    if isinstance(data, Items):
        rest = Items(item for place, item in enumerate(data) if place not in faulty)
        rest.path = data.path
        return rest
    keys = Keys((key, value) for key, value in data.items() if key not in faulty)
    keys.path = data.path
    keys.update((key, filler) for key, filler in fillers.items() if key in faulty)
    return keys


class Entry(BaseModel):
    """A group of keys in the document; unknown keys are refused.

    Attributes:
        fillers: What stands in for a missing or faulty key while the rest is checked; never in a valid document.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    fillers: ClassVar[Mapping[str, object]] = {}
    _path: str = PrivateAttr("")

    @property
    def path(self) -> str:
        """Where in the document it stands."""
        return self._path

    @model_validator(mode="wrap")
    @classmethod
    def _keep_what_is_sound(cls, data: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(info.context, Salvage) or not isinstance(data, Keys):
            return handler(data)
        entry = cast("Self", info.context.keep(data, handler, cls, cls.fillers))
        entry._path = data.path
        return entry


def _keep_sound_parts(data: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
    if not isinstance(info.context, Salvage) or not isinstance(data, Keys | Items):
        parts: object = handler(data)
        return parts
    return info.context.keep(data, handler, "parts", {})


SOUND_PARTS = WrapValidator(_keep_sound_parts)
"""Makes a mapping or list keep its sound members when others are faulty."""
