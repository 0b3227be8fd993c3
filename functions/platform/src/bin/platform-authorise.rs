//! API Gateway's authoriser.

tradewind_lambda::main!(tradewind_functions_platform::function::gateway::authorise);
