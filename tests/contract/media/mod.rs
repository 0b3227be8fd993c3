//! Contract tests of the `media` area, one file for each operation.
