//! Sends refunds and payouts through payment providers, and plays the sandbox.

tradewind_lambda::main!(tradewind_functions_payments::function::consumers::provider);
