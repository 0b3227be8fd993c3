//! `POST /v1/order-processes`.

tradewind_lambda::main!(tradewind_functions_tenants::function::order_processes::create);
