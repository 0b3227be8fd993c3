//! Brings about what payment providers reported.

tradewind_lambda::main!(tradewind_functions_payments::function::consumers::apply);
