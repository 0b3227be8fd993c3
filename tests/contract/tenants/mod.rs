//! Contract tests of the `tenants` area, one file for each operation.
