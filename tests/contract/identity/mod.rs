//! Contract tests of the `identity` area, one file for each operation.
