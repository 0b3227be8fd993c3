//! Splits an uploaded catalogue into parts and imports the products of each.

tradewind_lambda::main!(tradewind_functions_catalog::function::consumers::import);
