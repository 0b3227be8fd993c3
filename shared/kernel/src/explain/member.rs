//! The further members of problem documents.

use serde::{Serialize, Serializer};

macro_rules! members {
    ($($(#[doc = $doc:literal])* $name:ident $text:literal;)*) => {
        /// A member of a problem document besides those that every problem has. It is one of a few, so that none can take the place of
        /// `status` or `code`, and so that whoever reads problems knows what there can be.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Member { $($(#[doc = $doc])* $name,)* }

        impl Member {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the document.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it says.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }
        }
    };
}

members! {
    /// The currencies that would have to be one.
    Currencies "currencies";
    /// The currency it would have to be in.
    Currency "currency";
    /// What the client had in mind.
    ExpectedTotal "expected_total";
    /// How much is left.
    Left "left";
    /// The place of the line that it is about.
    Line "line";
    /// The listing that it is about.
    Listing "listing";
    /// The least that is needed.
    Minimum "minimum";
    /// The nearest amounts that are possible.
    Nearest "nearest";
    /// What is possible instead.
    Possible "possible";
    /// The provider's reason.
    Reason "reason";
    /// The shop that it is about.
    SellerId "seller_id";
    /// The state that something is in.
    State "state";
    /// What a refused write was about.
    Subject "subject";
    /// What it really is.
    Total "total";
    /// How many units are left.
    UnitsLeft "units_left";
    /// The upload that it is about.
    Upload "upload";
    /// The variant that it is about.
    Variant "variant";
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_member_has_the_name_of_one_that_every_problem_has() {
        let names: BTreeSet<_> = Member::ALL.iter().map(|member| member.name()).collect();
        assert_eq!(names.len(), Member::ALL.len());
        for reserved in ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"] {
            assert!(!names.contains(reserved), "{reserved}");
        }
    }
}
