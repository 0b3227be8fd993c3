//! `POST /v1/account-deletions`.

tradewind_lambda::main!(tradewind_functions_identity::function::account_deletions::create);
