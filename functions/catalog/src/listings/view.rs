//! Listings as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::{
    listing::{Image, Listing, ListingStatus, ListingSummary, Variant},
    stock::{Buckets, Stock},
};
use tradewind_kernel::{ListingId, MarketplaceId, Money, SellerId, Time, UploadId};
use tradewind_media::picture_key;
use tradewind_pricing::Category;
use tradewind_storage::Bucket;

/// A listing, with its variants and their stock.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListingView {
    /// The listing's id.
    id: ListingId,
    /// The shop that sells it.
    seller: SellerId,
    /// Whether the listing is a draft, for sale or closed.
    status: ListingStatus,
    /// The title, in one line.
    title: String,
    /// The description as sanitised HTML.
    description_html: String,
    /// The name of the maker; empty if not given.
    vendor: String,
    /// The kind of product, in the seller's words; empty if not given.
    product_type: String,
    /// The marketplace's category for these goods, if given.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    /// Words by which the listing can be found.
    tags: Vec<String>,
    /// The handle by which an import finds the listing again, if it was imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
    /// The names of the options in which the variants differ.
    option_names: Vec<String>,
    /// The forms in which it can be bought: one, or one for each choice.
    variants: Vec<VariantView>,
    /// Pictures, in the order in which they are shown.
    images: Vec<ImageView>,
    /// When the listing was created.
    created_at: Time,
    /// When the listing was last changed.
    updated_at: Time,
    /// When the listing was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Time>,
}

/// One form in which a listing can be bought.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariantView {
    #[serde(flatten)]
    variant: Variant,
    /// The number of units in stock. If the variant is sold beyond zero, more can be bought, and a number below zero shows how many are
    /// owed. `null` if the units are not counted: then it can always be bought.
    available: Option<i64>,
    /// A picture of this variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageView>,
    /// The number of buckets over which the units are spread; absent if they are in a single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<u8>,
}

/// A picture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImageView {
    /// The address of the picture: in the largest size, for one that was uploaded.
    url: String,
    /// A description for people who cannot see the picture.
    alt: String,
    /// The upload that the picture came from, if it was uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<UploadId>,
    /// Its smaller sizes, for a picture that was uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<SizesView>,
}

/// The sizes of a picture: at most 320, 800 and 1600 pixels on the longest side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SizesView {
    /// The address of the small picture.
    small: String,
    /// The address of the medium picture.
    medium: String,
    /// The address of the large picture.
    large: String,
}

/// The summary of a listing, as lists show it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListingSummaryView {
    /// The listing's id.
    id: ListingId,
    /// The shop that sells it.
    seller: SellerId,
    /// The title, in one line.
    title: String,
    /// Whether the listing is a draft, for sale or closed.
    status: ListingStatus,
    /// The price of the cheapest variant.
    price_from: Option<Money>,
    /// The first picture.
    image: Option<ImageView>,
    /// When the listing was first published.
    published_at: Option<Time>,
}

/// Where the pictures of a marketplace are stored.
#[derive(Clone, Copy)]
pub struct Pictures<'a> {
    /// The marketplace that the pictures belong to.
    pub marketplace: &'a MarketplaceId,
    /// The bucket that holds them.
    pub media: &'a Bucket,
}

impl Pictures<'_> {
    fn view(self, image: Image) -> ImageView {
        let sizes = image.upload.as_ref().map(|upload| {
            let url = |size| self.media.url(&picture_key(self.marketplace, upload, size));
            SizesView { small: url("small"), medium: url("medium"), large: url("large") }
        });
        let large = sizes.as_ref().map(|sizes| sizes.large.clone());
        ImageView { url: image.url.or(large).unwrap_or_default(), alt: image.alt, upload: image.upload, sizes }
    }

    /// Shows a listing, with the available units of each variant in all of its buckets. A variant without a stock item has no units.
    pub fn listing(self, listing: Listing, stock: &[Stock]) -> ListingView {
        let variant = |variant: Variant| VariantView {
            available: variant.counting.number(Stock::available(stock, &variant.id)),
            buckets: Some(variant.buckets.now).filter(|buckets| *buckets > 1),
            image: variant.image.map(|image| self.view(image)),
            variant: Variant { buckets: Buckets::ONE, image: None, imported: None, last_import: None, ..variant },
        };
        ListingView {
            variants: listing.variants.into_iter().map(variant).collect(),
            id: listing.id,
            seller: listing.seller,
            status: listing.status,
            title: listing.title,
            description_html: listing.description_html,
            vendor: listing.vendor,
            product_type: listing.product_type,
            category: listing.category,
            tags: listing.tags,
            handle: listing.handle,
            option_names: listing.option_names,
            images: listing.images.into_iter().map(|image| self.view(image)).collect(),
            created_at: listing.created_at,
            updated_at: listing.updated_at,
            published_at: listing.published_at,
        }
    }

    /// Shows a listing's summary.
    pub fn summary(self, summary: ListingSummary) -> ListingSummaryView {
        ListingSummaryView {
            id: summary.id,
            seller: summary.seller,
            title: summary.title,
            status: summary.status,
            price_from: summary.price_from,
            image: summary.image.map(|image| self.view(image)),
            published_at: summary.published_at,
        }
    }
}
