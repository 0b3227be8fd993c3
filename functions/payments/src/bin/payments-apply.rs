//! Applies what providers report: consumer of the queue `payment-apply`.

tradewind_lambda::main!(tradewind_functions_payments::function::consumers::apply);
