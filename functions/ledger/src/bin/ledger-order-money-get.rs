//! `GET /v1/orders/{order_id}/money`.

tradewind_lambda::main!(tradewind_functions_ledger::function::order_money::get);
