//! Pays the sellers of a marketplace what they are owed.

tradewind_lambda::main!(tradewind_functions_payouts::function::consumers::run);
