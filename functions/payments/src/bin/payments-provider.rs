//! Payment providers: consumer of the queue `provider`.

tradewind_lambda::main!(tradewind_functions_payments::function::consumers::provider);
