//! Rows of a file, and their errors.

use crate::csv::columns::Column;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A row: the line of the file in which it begins, and its cells that are not blank.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) cells: BTreeMap<Column, String>,
    /// Columns for which the row has no cells, because its last cells were left off.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) cut: BTreeSet<Column>,
    /// The reason why the cells cannot be trusted, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<String>,
}

impl Row {
    /// The text of a cell without surrounding spaces; empty if there is no such cell.
    pub(crate) fn cell(&self, column: Column) -> &str {
        self.cells.get(&column).map(|text| text.trim()).unwrap_or_default()
    }

    /// Whether the row has a value in this column.
    pub(crate) fn says(&self, column: Column) -> bool {
        !self.cell(column).is_empty()
    }
}

/// The rows of one product, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) handle: String,
    pub(crate) rows: Vec<Row>,
}

/// An error in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowError {
    pub(crate) row: u32,
    pub(crate) column: Option<Column>,
    pub(crate) message: String,
}
