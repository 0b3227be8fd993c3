//! The route and integration of a function in the API. API Gateway calls every function with the single role that the root template gives
//! it: a permission for each function would be a resource for each function.

use super::names::{attribute, pascal, reference, substitute};
use serde_json::{Value, json};
use tradewind_lambda::{Function, Trigger};

/// The integration and the route, if the function answers requests.
pub fn resources(function: &Function) -> Vec<(String, Value)> {
    let (key, authorised) = match &function.trigger {
        Trigger::Http(route) => (route.endpoint.route_key(), route.access.authorised()),
        Trigger::Fallback(_) => ("$default".to_owned(), false),
        Trigger::Queue(_) | Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Authoriser => return vec![],
    };
    let id = pascal(function.name);
    let integration = json!({
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": reference("ApiId"),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": attribute(&format!("{id}.Arn")),
            "PayloadFormatVersion": "2.0",
            "CredentialsArn": reference("ApiRoleArn"),
        },
    });
    let mut route = json!({
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": reference("ApiId"),
            "RouteKey": key,
            "Target": substitute(&format!("integrations/${{{id}Integration}}")),
        },
    });
    if let Some(properties) = route.get_mut("Properties").and_then(Value::as_object_mut).filter(|_| authorised) {
        properties.insert("AuthorizationType".into(), json!("CUSTOM"));
        properties.insert("AuthorizerId".into(), reference("AuthoriserId"));
    }
    vec![(format!("{id}Integration"), integration), (format!("{id}Route"), route)]
}
