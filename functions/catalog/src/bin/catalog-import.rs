//! Imports catalogues: consumer of the queue `catalog-import`.

tradewind_lambda::main!(tradewind_functions_catalog::function::consumers::import);
