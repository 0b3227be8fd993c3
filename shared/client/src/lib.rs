//! The HTTP client through which the AWS SDKs and the payment providers are called: hyper and rustls with ring, HTTP/1.1 only.
//!
//! Why not the SDK's own, `aws-smithy-http-client`? It cannot be built without HTTP/2, which no service here needs: DynamoDB, SQS,
//! SSM and S3 speak HTTP/1.1. Every function would contain that code, and read it at each cold start.

mod connector;
mod failure;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use connector::Client;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{fmt, sync::Arc};

/// The roots of Amazon Trust Services, which sign every AWS endpoint's certificate and those of API Gateway's custom domains
/// (<https://www.amazontrust.com/repository/>).
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Why the client could not be made.
#[derive(Debug)]
pub struct ClientError(String);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ClientError {}

/// A client that trusts only Amazon's roots, instead of the machine's certificate store.
pub fn amazon() -> Result<SharedHttpClient, ClientError> {
    let roots = CertificateDer::pem_slice_iter(AMAZON_ROOTS).collect::<Result<Vec<_>, _>>();
    trusting(roots.map_err(|error| ClientError(error.to_string()))?)
}

/// A client that trusts the certificate authorities that Mozilla's browser trusts.
pub fn public() -> Result<SharedHttpClient, ClientError> {
    trusting(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned())
}

fn trusting(authorities: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<SharedHttpClient, ClientError> {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority).map_err(|error| ClientError(error.to_string()))?;
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(SharedHttpClient::new(Client::new(tls)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_authority_can_be_read() {
        assert!(webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() > 100);
        assert!(amazon().is_ok());
        assert!(public().is_ok());
    }
}
