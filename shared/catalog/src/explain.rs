//! What clients are told when a listing cannot be so.

use crate::listing::ListingError;
use tradewind_kernel::{Explain, Explanation};

impl Explain for ListingError {
    const CODES: &'static [&'static str] = &["listing_closed"];

    fn explain(self) -> Explanation {
        let message = self.to_string();
        match self {
            Self::NoVariants | Self::TooManyVariants | Self::TooManyBuckets => {
                Explanation::invalid("variants", message)
            }
            Self::OptionsDiffer(place) | Self::SameVariantTwice(place) => {
                Explanation::invalid(format!("variants[{place}].options"), message)
            }
            Self::PriceOutOfRange(place) | Self::OtherCurrency(place) | Self::MixedCurrencies(place) => {
                Explanation::invalid(format!("variants[{place}].price"), message)
            }
            Self::Closed => Explanation::conflict("listing_closed", "A closed listing stays closed."),
        }
    }
}
