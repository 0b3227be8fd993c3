//! Translates a failed call for the SDK, which tries again if the network may have been at fault.

use aws_smithy_runtime_api::{box_error::BoxError, client::result::ConnectorError};
use aws_smithy_types::retry::ErrorKind;
use hyper_util::client::legacy;
use std::{error::Error, io};
use tokio::time::error::Elapsed;

/// The answer did not come in time.
pub(crate) fn timeout(elapsed: Elapsed) -> ConnectorError {
    ConnectorError::timeout(elapsed.into())
}

/// Failures of name look-up and connections are the network's fault; hyper's errors about a request are ours.
pub(crate) fn failure(error: legacy::Error) -> ConnectorError {
    let kind = if error.is_connect() { ConnectorError::io } else { kind(&error) };
    kind(error.into())
}

fn kind(error: &legacy::Error) -> fn(BoxError) -> ConnectorError {
    let http = find::<hyper::Error>(error);
    let is = |what: fn(&hyper::Error) -> bool| http.is_some_and(what);
    if is(hyper::Error::is_timeout) {
        ConnectorError::timeout
    } else if is(hyper::Error::is_user) {
        ConnectorError::user
    } else if is(hyper::Error::is_closed) || is(hyper::Error::is_canceled) || find::<io::Error>(error).is_some() {
        ConnectorError::io
    } else if is(hyper::Error::is_incomplete_message) {
        // The other side closed the connection in the middle of an answer, or while the request was being sent.
        |error| ConnectorError::other(error, Some(ErrorKind::TransientError))
    } else {
        |error| ConnectorError::other(error, None)
    }
}

/// The first cause that has this type.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref())
}
