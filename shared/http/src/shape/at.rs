//! Paths to places in a value.

use crate::FieldError;
use std::fmt;

/// The longest name of a field that is quoted in a message.
const LONGEST_NAME: usize = 100;

/// A path to a place in a value: `variants[0].price.amount`. The outermost place is `body`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    up: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Place(usize),
}

impl<'a> At<'a> {
    pub(crate) const ROOT: At<'static> = At { up: None, step: Step::Root };

    pub(crate) fn field<'b>(&'b self, name: &'b str) -> At<'b>
    where
        'a: 'b,
    {
        At { up: Some(self), step: Step::Field(name) }
    }

    pub(crate) fn place<'b>(&'b self, place: usize) -> At<'b>
    where
        'a: 'b,
    {
        At { up: Some(self), step: Step::Place(place) }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> FieldError {
        FieldError { field: self.to_string(), message: message.into() }
    }

    fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let up = self.up.filter(|up| !up.is_root());
        let step = match self.step {
            Step::Field(name) => {
                let end = name.char_indices().nth(LONGEST_NAME).map(|(end, _)| end);
                Step::Field(end.and_then(|end| name.get(..end)).unwrap_or(name))
            }
            step @ (Step::Root | Step::Place(_)) => step,
        };
        match (step, up) {
            (Step::Root, _) => f.write_str("body"),
            (Step::Field(name), None) => f.write_str(name),
            (Step::Field(name), Some(up)) => write!(f, "{up}.{name}"),
            (Step::Place(place), None) => write!(f, "[{place}]"),
            (Step::Place(place), Some(up)) => write!(f, "{up}[{place}]"),
        }
    }
}
