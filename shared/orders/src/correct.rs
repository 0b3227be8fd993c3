//! Corrections of an order: notes and shipment, and who may change them.

use super::{Actor, MOST_STEPS, Order, Shipment};
use crate::OrderEvent;
use tradewind_kernel::Time;

/// The most characters of a note.
pub const MOST_NOTE: usize = 1_000;

/// The changes to an order. For a note, `Some(None)` removes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// The buyer's note to the seller.
    pub buyer_note: Option<Option<String>>,
    /// The seller's own note.
    pub seller_note: Option<Option<String>>,
    /// The carrier and tracking number.
    pub shipment: Option<Shipment>,
}

/// Why an order cannot be corrected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// The order was not sent yet, so it has no shipment.
    #[error("the order was not sent")]
    NotShipped,
    /// Only somebody in another role may change this.
    #[error("{field} is not the caller's to change")]
    NotYours {
        /// The field that may not be changed.
        field: &'static str,
        /// The roles that may change it.
        by: &'static [Actor],
    },
    /// It was changed too often: an order that grows too large cannot be stored.
    #[error("an order is changed at most {MOST_STEPS} times by its buyer and seller")]
    TooMany,
}

const SHOP: &[Actor] = &[Actor::Seller, Actor::Admin];

impl Order {
    /// Applies the changes if somebody in these roles may make them, and returns the events of which others are notified.
    pub fn correct(&mut self, change: Correction, by: &[Actor], now: Time) -> Result<Vec<OrderEvent>, CorrectionError> {
        let allowed = |field: &'static str, roles: &'static [Actor]| match roles.iter().find(|role| by.contains(role)) {
            Some(role) => Ok(*role),
            None => Err(CorrectionError::NotYours { field, by: roles }),
        };
        let mut events = vec![];
        if let Some(note) = change.buyer_note {
            allowed("buyer_note", &[Actor::Buyer])?;
            self.buyer_note = note;
        }
        if let Some(note) = change.seller_note {
            allowed("seller_note", SHOP)?;
            self.seller_note = note;
        }
        if let Some(shipment) = change.shipment {
            let role = allowed("shipment", SHOP)?;
            let before = self.shipment.as_ref().ok_or(CorrectionError::NotShipped)?;
            if *before != shipment {
                if self.timeline.len() >= MOST_STEPS && role != Actor::Admin {
                    return Err(CorrectionError::TooMany);
                }
                let note = format!("It travels with {}, tracking number {}.", shipment.carrier, shipment.tracking);
                self.shipment = Some(shipment);
                self.tell(role, note, now);
                events.push(OrderEvent::ShipmentCorrected { order: self.id.clone() });
            }
        }
        self.updated_at = now;
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::paid;

    fn shipment(tracking: &str) -> Shipment {
        Shipment { carrier: "Post".into(), tracking: tracking.into() }
    }

    #[test]
    fn each_writes_what_is_theirs() {
        let note = || Some(Some("Ring twice".to_owned()));
        for (by, change, field) in [
            (Actor::Seller, Correction { buyer_note: note(), ..Correction::default() }, "buyer_note"),
            (Actor::Admin, Correction { buyer_note: note(), ..Correction::default() }, "buyer_note"),
            (Actor::Buyer, Correction { seller_note: note(), ..Correction::default() }, "seller_note"),
            (Actor::Buyer, Correction { shipment: Some(shipment("1")), ..Correction::default() }, "shipment"),
        ] {
            let refused = paid().correct(change, &[by], Time::from_millis(1)).unwrap_err();
            assert!(matches!(refused, CorrectionError::NotYours { field: of, .. } if of == field), "{by:?} {refused}");
        }
        let mut order = paid();
        let both = Correction { buyer_note: note(), seller_note: note(), shipment: None };
        assert_eq!(order.correct(both, &[Actor::Buyer, Actor::Admin], Time::from_millis(7)), Ok(vec![]));
        assert_eq!((order.buyer_note.as_deref(), order.updated_at), (Some("Ring twice"), Time::from_millis(7)));
    }

    #[test]
    fn a_tracking_number_is_corrected_once_it_is_there() {
        let mut order = paid();
        let change = |tracking: &str| Correction { shipment: Some(shipment(tracking)), ..Correction::default() };
        let seller = &[Actor::Seller];
        assert_eq!(order.correct(change("1"), seller, Time::from_millis(1)), Err(CorrectionError::NotShipped));
        order.shipment = Some(shipment("1"));
        let steps = order.timeline.len();
        assert_eq!(order.correct(change("1"), seller, Time::from_millis(1)), Ok(vec![]), "nothing new");
        assert_eq!(order.correct(change("2"), seller, Time::from_millis(1)).map(|told| told.len()), Ok(1));
        assert_eq!((order.timeline.len(), &order.shipment), (steps + 1, &Some(shipment("2"))));
        while order.correct(change(&order.timeline.len().to_string()), seller, Time::from_millis(1)).is_ok() {
            assert!(order.timeline.len() <= MOST_STEPS);
        }
        assert_eq!(order.timeline.len(), MOST_STEPS);
        assert_eq!(order.correct(change("last"), seller, Time::from_millis(1)), Err(CorrectionError::TooMany));
        assert!(order.correct(change("last"), &[Actor::Admin], Time::from_millis(1)).is_ok());
    }
}
