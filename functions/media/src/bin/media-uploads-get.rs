//! `GET /v1/uploads/{upload_id}`.

tradewind_lambda::main!(tradewind_functions_media::function::uploads::get);
