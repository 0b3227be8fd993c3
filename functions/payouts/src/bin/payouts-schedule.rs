//! Starts the payouts of marketplaces whose time has come.

tradewind_lambda::main!(tradewind_functions_payouts::function::jobs::schedule);
