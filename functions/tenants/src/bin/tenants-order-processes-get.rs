//! `GET /v1/order-processes/{version}`.

tradewind_lambda::main!(tradewind_functions_tenants::function::order_processes::get);
