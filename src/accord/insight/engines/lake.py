"""Writes the tables of the warehouse: Parquet files by bucket of ids, each table a Delta table of its own.

Nothing that a reader may be reading is touched: a bucket whose rows change gets a new file, and the Delta table is told
in one commit which files are its own from now on. What is not a version's any more goes after ``KEPT_HOURS``.
"""

import json
import os
import time
import uuid
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction

from accord.insight.engines.arrow import schema_of
from accord.insight.star import Table, Type
from accord.insight.warehouse import BUCKET, File, Held, bucket_of, key_of

KEPT_HOURS = 1
"""How long the files of earlier versions stay, for those who read them still."""
THREADS = 2
_KEPT = f"interval {KEPT_HOURS} hours"
_CONFIGURATION = {
    "delta.logRetentionDuration": _KEPT,
    "delta.deletedFileRetentionDuration": _KEPT,
    "delta.checkpointInterval": "50",
}


class Lake:
    """The folder of a warehouse, as its one writer sees it.

    Args:
        folder: Made if absent, with a folder for each table.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, table: Table, held: Held) -> bool:
        """Return whether every file of a table is there."""
        folder = self.folder / table.name
        there = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
        return all(file.name in there for file in held.files.values())

    def fill(self, table: Table, batches: Iterable[pa.RecordBatch], number: int) -> Held:
        """Return a table anew, whatever it held.

        Args:
            table: Which, with the columns that it has from now on.
            batches: All its rows, in the order of their ids.
            number: The version that it is written for.
        """
        self._create(table)
        files = {bucket: self._write(table, bucket, rows) for bucket, rows in _by_bucket(table, batches)}
        return self._commit(table, files, number)

    def replace(self, table: Table, before: Held, ids: Sequence[int], rows: pa.Table, number: int) -> Held:
        """Return a table in which the rows of some ids are others.

        Args:
            table: Which.
            before: What it holds.
            ids: Whose rows are taken out.
            rows: What they are now; an id that is not among them has no row any more.
            number: The version that it is written for.
        """
        key = key_of(table)
        gone = _numbers(ids)
        buckets = sorted({bucket_of(one) for one in ids})
        folder = self.folder / table.name

        def written(bucket: int) -> File | None:
            low, high = _numbers([bucket * BUCKET, (bucket + 1) * BUCKET])
            parts = [rows.filter(pc.and_(pc.greater_equal(rows[key], low), pc.less(rows[key], high)))]
            if bucket in before.files:
                with pq.ParquetFile(folder / before.files[bucket].name) as file:
                    stands = file.read()
                parts.insert(0, stands.filter(pc.invert(pc.is_in(stands[key], value_set=gone))))
            whole = pa.concat_tables(parts)
            return self._write(table, bucket, whole.sort_by(key)) if whole.num_rows else None

        with ThreadPoolExecutor(THREADS) as threads:
            anew = dict(zip(buckets, threads.map(written, buckets), strict=True))
        files = {bucket: file for bucket, file in {**before.files, **anew}.items() if file is not None}
        return self._commit(table, files, number)

    def forget(self, table: Table) -> None:
        """Delete the files that no version has needed for ``KEPT_HOURS``, and those that were never committed."""
        DeltaTable(self.folder / table.name).vacuum(
            retention_hours=KEPT_HOURS, dry_run=False, enforce_retention_duration=False, full=True
        )

    def _create(self, table: Table) -> None:
        """Have an empty Delta table with these columns, in the place of one with others."""
        folder = self.folder / table.name
        folder.mkdir(parents=True, exist_ok=True)
        wanted = Schema.from_arrow(schema_of(table))
        if not DeltaTable.is_deltatable(str(folder)) or DeltaTable(folder).schema() != wanted:
            DeltaTable.create(folder, wanted, mode="overwrite", name=table.name, configuration=_CONFIGURATION)

    def _write(self, table: Table, bucket: int, rows: pa.Table) -> File:
        name = f"{bucket:06d}-{uuid.uuid4().hex}.parquet"
        texts = [column.name for column in table.columns if column.type is Type.TEXT]
        with (self.folder / table.name / name).open("xb") as file:
            pq.write_table(rows, file, compression="zstd", use_dictionary=texts)
            file.flush()
            os.fsync(file.fileno())  # before anything names it
        return File(name, rows.num_rows)

    def _commit(self, table: Table, files: Mapping[int, File], number: int) -> Held:
        """Make these the files of a table, whatever a writer that was killed has left there."""
        folder = self.folder / table.name
        delta = DeltaTable(folder)
        wanted = {file.name: file.rows for file in files.values()}
        active = {Path(uri).name for uri in delta.file_uris()}
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            RemoveAction(name, data_change=True, deletion_timestamp=now, partition_values={})
            for name in sorted(active - wanted.keys())
        ]
        for name in sorted(wanted.keys() - active):
            found = (folder / name).stat()
            stats = json.dumps({"numRecords": wanted[name]})
            actions.append(AddAction(name, found.st_size, {}, int(found.st_mtime * 1000), True, stats))
        if actions:
            delta.create_write_transaction(
                actions,
                mode="append",
                schema=Schema.from_arrow(schema_of(table)),
                commit_properties=CommitProperties(custom_metadata={"accord.version": str(number)}),
            )
            delta = DeltaTable(folder)
        return Held(delta.version(), dict(sorted(files.items())))


def _numbers(values: Sequence[int]) -> pa.Array:
    """Return whole numbers as Arrow has them, without its look at every value, which loads pandas where it is there."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(array("q", values))])


def _by_bucket(table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.Table]]:
    """Yield the rows of each bucket together; they come in the order of their ids."""
    schema, key = schema_of(table), key_of(table)
    now, waiting = 0, list[pa.RecordBatch]()
    for batch in batches:
        rest = batch
        while rest.num_rows:
            bucket = bucket_of(rest.column(key)[0].as_py())
            if bucket != now:
                if waiting:
                    yield now, pa.Table.from_batches(waiting).cast(schema)
                now, waiting = bucket, []
            (high,) = _numbers([(bucket + 1) * BUCKET])
            inside = pc.sum(pc.less(rest.column(key), high)).as_py()
            waiting.append(rest.slice(0, inside))
            rest = rest.slice(inside)
    if waiting:
        yield now, pa.Table.from_batches(waiting).cast(schema)
