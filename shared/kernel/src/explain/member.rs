//! The additional members of problem documents.

use serde::{Serialize, Serializer};

macro_rules! members {
    ($($(#[doc = $doc:literal])* $name:ident $text:literal;)*) => {
        /// A member of a problem document besides those that every problem has. There are only these few, so that none can replace
        /// `status` or `code`, and so that readers of problems know which members to expect.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Member { $($(#[doc = $doc])* $name,)* }

        impl Member {
            /// All additional members.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The member's name in the document.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What the member's value says.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }
        }
    };
}

members! {
    /// The currencies that are mixed and would have to be one.
    Currencies "currencies";
    /// The currency that is needed.
    Currency "currency";
    /// The total that the client expected.
    ExpectedTotal "expected_total";
    /// The amount that is left.
    Left "left";
    /// The position of the line that the problem is about.
    Line "line";
    /// The listing that the problem is about.
    Listing "listing";
    /// The least amount that is needed.
    Minimum "minimum";
    /// The nearest amounts that are possible instead.
    Nearest "nearest";
    /// The steps that are possible instead.
    Possible "possible";
    /// The payment provider's reason.
    Reason "reason";
    /// The shop that the problem is about.
    SellerId "seller_id";
    /// The current state of the thing that the problem is about.
    State "state";
    /// The thing that the refused write was about.
    Subject "subject";
    /// The actual total.
    Total "total";
    /// How many units are left.
    UnitsLeft "units_left";
    /// The upload that the problem is about.
    Upload "upload";
    /// The variant that the problem is about.
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
