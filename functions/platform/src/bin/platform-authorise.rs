//! Says whose access token or operator key a request carries.

tradewind_lambda::main!(tradewind_functions_platform::function::gateway::authorise);
