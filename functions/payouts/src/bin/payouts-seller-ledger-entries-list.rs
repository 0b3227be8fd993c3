//! `GET /v1/sellers/{seller_id}/ledger-entries`.

tradewind_lambda::main!(tradewind_functions_payouts::function::seller_ledger_entries::list);
