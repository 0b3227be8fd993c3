//! Contract tests of the `orders` area, one file for each operation.
