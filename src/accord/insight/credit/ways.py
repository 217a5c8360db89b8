"""The ways of touches: channel, source, medium and campaign as one label, in the order of their channels."""

import pyarrow as pa
import pyarrow.compute as pc

from accord.attribution.journeys import Label

_WAY = ("channel", "source", "medium", "campaign")
_AFTER = "\0"
"""After each part of a way: it sorts before whatever a part may hold, so ways stand in the order of their channels."""


def all_touches(converting: pa.Table, others: pa.Table) -> pa.Table:
    """Return all touches; those of journeys that led to a deal by their row, the others without a number."""
    kept = ("journey", "at_us", *_WAY)
    all_ = pa.concat_tables([converting.select(kept), others.select(kept)])
    ids = [pa.array(range(converting.num_rows), pa.int64()), pa.repeat(pa.scalar(-1, pa.int64()), others.num_rows)]
    return pa.table({"journey": all_["journey"], "at": all_["at_us"], "way": _ways(all_), "id": pa.chunked_array(ids)})


def _ways(touches: pa.Table) -> pa.Array:
    """Return the ways of touches: one text for each, kept once."""
    codes, texts = pa.repeat(pa.scalar(0, pa.int64()), touches.num_rows), [""]
    for name in _WAY:
        part = touches[name].combine_chunks().dictionary_encode()
        count, more = len(part.dictionary), part.dictionary.to_pylist()
        both = pc.add(pc.multiply(codes, count), part.indices.cast(pa.int64())).dictionary_encode()
        texts = [f"{texts[pair // count]}{more[pair % count]}{_AFTER}" for pair in both.dictionary.to_pylist()]
        codes = both.indices.cast(pa.int64())
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def channel_of(way: Label) -> Label:
    """Return the channel of a way."""
    return str(way).partition(_AFTER)[0]


def shown(way: Label) -> str:
    """Return a way, or a channel, as people read it."""
    return str(way).removesuffix(_AFTER).replace(_AFTER, " / ")
