//! `POST /v1/uploads`.

tradewind_lambda::main!(tradewind_functions_media::function::uploads::create);
