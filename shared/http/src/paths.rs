//! Ids in paths: each kind, such as an order's id, is read and described in the same way wherever it stands.

use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{
    FindingId, ImportId, LedgerVerificationId, ListingId, MarketplaceId, MigrationId, OrderId, PaymentId, PayoutId,
    ReconciliationId, SellerId, UploadId,
};

macro_rules! paths {
    ($($name:ident, $field:ident: $id:ty, $what:literal;)*) => {$(
        #[doc = concat!("The path names ", $what, ".")]
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        pub struct $name {
            #[doc = concat!("The id of ", $what, ".")]
            pub $field: $id,
        }
    )*};
}

paths! {
    OfFinding, finding_id: FindingId, "the finding";
    OfImport, import_id: ImportId, "the import";
    OfListing, listing_id: ListingId, "the listing";
    OfMarketplace, marketplace_id: MarketplaceId, "the marketplace";
    OfMigration, migration_id: MigrationId, "the migration";
    OfOrder, order_id: OrderId, "the order";
    OfPayment, payment_id: PaymentId, "the payment";
    OfPayout, payout_id: PayoutId, "the payout";
    OfReconciliation, reconciliation_id: ReconciliationId, "the reconciliation";
    OfSeller, seller_id: SellerId, "the shop";
    OfUpload, upload_id: UploadId, "the upload";
    OfVerification, verification_id: LedgerVerificationId, "the verification";
}

/// The path names a dispute.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfDispute {
    /// The payment provider's id for the dispute.
    #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
    pub dispute_id: String,
}
