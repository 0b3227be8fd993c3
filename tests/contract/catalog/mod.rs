//! Contract tests of the `catalog` area, one file for each operation.
