"""The same job where DuckDB reduces the journeys, under a limit of memory: from Parquet to credits on disk.

    python benchmarks/attribution/reduce.py FOLDER JOB LIMIT [THREADS]

DuckDB looks at the files and holds no table; what does not fit goes to a folder beside them.
"""

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp
from work import JOBS

from accord.insight import journeys
from accord.rules.compile import render


def reduced(folder: Path, job: str, limit: str, threads: int) -> None:
    touch, models = JOBS[job]
    config = {"memory_limit": limit, "threads": threads, "temp_directory": str(folder / "spilled")}
    connection = duckdb.connect(config=config | {"preserve_insertion_order": False})
    connection.execute(f"""
        CREATE VIEW touchpoints AS
        SELECT file_row_number AS touchpoint, journey, epoch_us("at") AS at_us, "{touch}" AS touch
        FROM read_parquet('{folder / "touchpoints.parquet"}', file_row_number = true)
    """)
    connection.execute(f"""
        CREATE VIEW conversions AS
        SELECT
            file_row_number AS conversion, journey, epoch_us("at") AS at_us, cents,
            CAST(NULL AS BIGINT) AS lead_us, CAST(NULL AS BIGINT) AS opportunity_us
        FROM read_parquet('{folder / "conversions.parquet"}', file_row_number = true)
    """)

    def ask(query: exp.Query) -> pa.RecordBatchReader:
        return connection.cursor().sql(render(query, "duckdb")).to_arrow_reader(1 << 17)

    found = journeys.attribute(ask, journeys.Sources(), models)
    pq.write_table(found.table(), folder / "credits_reduced.parquet")


if __name__ == "__main__":
    reduced(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]) if sys.argv[4:] else 2)
