"""The types of the star's columns as Arrow has them."""

import pyarrow as pa

from accord.insight.star import Type

ARROW = {
    Type.BIGINT: pa.int64(),
    Type.TEXT: pa.string(),
    Type.BOOLEAN: pa.bool_(),
    Type.DECIMAL: pa.decimal128(20, 4),
}
