//! Contract tests of the `money` area, one file for each operation.
