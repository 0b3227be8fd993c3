//! Brings what is stored to the shapes of this release, a part at a time.

tradewind_lambda::main!(tradewind_functions_platform::function::consumers::migrate);
