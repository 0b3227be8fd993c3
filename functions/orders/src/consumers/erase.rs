//! `orders-erase`: erases what is personal from the orders of a deleted account: the address and the buyer's note. Goods, prices and the
//! country, on which taxes depend, stay.
//!
//! Orders that were erased already are left as they are, so that a run that was stopped goes on where it was. 1 read unit for each order, and 2
//! write units or more for each that is changed.

use tradewind_identity::DeletionEvent;
use tradewind_kernel::event::Envelope;
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_orders::{entities::OrderSummary, keys as orders_keys};
use tradewind_storage::SummaryRow;

pub const CONSUMER: Consumer = Consumer {
    function: "orders-erase",
    summary: "Erases what is personal from the orders of a deleted account.",
    queue: tradewind_orders::ERASURES,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite],
    memory: 256,
    timeout_seconds: 60,
    most_at_once: 2,
};

pub async fn handle(app: App, message: Message<Envelope<DeletionEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let DeletionEvent::Deleted { user, .. } = event;
    let (mut position, mut changed) = (None, false);
    loop {
        let list = orders_keys::orders_of_buyer::<OrderSummary>(&tenant, &user);
        let page = app.table.page(list, 100, position).await?;
        let key = |row: &SummaryRow<OrderSummary>| orders_keys::order(&tenant, &row.summary.id);
        for mut order in app.table.get_all(page.items.iter().map(key).collect::<Vec<_>>()).await? {
            if order.erase() {
                app.commit(&tenant, trace.clone()).update(&mut order).send(&app.table).await?;
                changed = true;
            }
        }
        position = page.next;
        if position.is_none() {
            return Ok(if changed { Handled::Done } else { Handled::Duplicate });
        }
    }
}
