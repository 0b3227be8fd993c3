//! Migrates what is stored part by part: consumer of the queue `migrate`.

tradewind_lambda::main!(tradewind_functions_platform::function::consumers::migrate);
