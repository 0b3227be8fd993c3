//! Listings as their readers see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::{
    listing::{Image, Listing, ListingCard, ListingStatus, Variant},
    stock::{Buckets, Stock},
};
use tradewind_kernel::{ListingId, MarketplaceId, Money, SellerId, Time, UploadId};
use tradewind_media::picture_key;
use tradewind_pricing::Category;
use tradewind_storage::Bucket;

/// A listing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListingView {
    /// The listing's id.
    id: ListingId,
    /// The shop that sells it.
    seller: SellerId,
    /// Whether it is a draft, for sale or closed.
    status: ListingStatus,
    /// What it is, in a line.
    title: String,
    /// Sanitised HTML.
    description_html: String,
    /// Who makes it; empty if nobody said.
    vendor: String,
    /// What kind of thing it is, in the seller's words; empty if nobody said.
    product_type: String,
    /// Where it stands among all goods, if anybody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    /// Words under which the seller sorts it.
    tags: Vec<String>,
    /// The name by which an import finds it again, if it came from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
    /// What the variants differ in.
    option_names: Vec<String>,
    /// What can be bought of it: one, or one for each choice.
    variants: Vec<VariantView>,
    /// First one first.
    images: Vec<ImageView>,
    /// When it was made.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
    /// When it was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Time>,
}

/// One buyable form of a listing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariantView {
    #[serde(flatten)]
    variant: Variant,
    /// Units that there are. Of what is sold beyond zero more can be bought, and below zero so many are owed. `null` if they are not
    /// counted: it can always be bought.
    available: Option<i64>,
    /// A picture of this form of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageView>,
    /// Over how many buckets they are spread; absent if they are in one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<u8>,
}

/// A picture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImageView {
    /// Where it lies: in the largest size, for a picture that was uploaded.
    url: String,
    /// What it shows, for those who cannot see it.
    alt: String,
    /// The upload it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<UploadId>,
    /// Smaller sizes, for a picture that was uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<SizesView>,
}

/// A picture's sizes: at most 320, 800 and 1600 pixels on the longest side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SizesView {
    /// The address of the small picture.
    small: String,
    /// The address of the medium picture.
    medium: String,
    /// The address of the large picture.
    large: String,
}

/// A listing on a page of many.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CardView {
    /// The listing's id.
    id: ListingId,
    /// The shop that sells it.
    seller: SellerId,
    /// What it is, in a line.
    title: String,
    /// Whether it is a draft, for sale or closed.
    status: ListingStatus,
    /// The lowest price of a variant.
    price_from: Option<Money>,
    /// The first picture.
    image: Option<ImageView>,
    /// When it was first published.
    published_at: Option<Time>,
}

/// Where pictures of a marketplace are found.
#[derive(Clone, Copy)]
pub struct Pictures<'a> {
    /// The marketplace.
    pub marketplace: &'a MarketplaceId,
    /// The bucket.
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

    /// A listing, with what is available of each variant in all of its buckets. What has no stock item has none.
    pub fn listing(self, listing: Listing, stock: &[Stock]) -> ListingView {
        let variant = |variant: Variant| VariantView {
            available: variant.counting.number(Stock::available(stock, &variant.id)),
            buckets: Some(variant.buckets.now).filter(|buckets| *buckets > 1),
            image: variant.image.map(|image| self.view(image)),
            variant: Variant { buckets: Buckets::ONE, image: None, imported: None, said: None, ..variant },
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

    /// A listing on a page of many.
    pub fn card(self, card: ListingCard) -> CardView {
        CardView {
            id: card.id,
            seller: card.seller,
            title: card.title,
            status: card.status,
            price_from: card.price_from,
            image: card.image.map(|image| self.view(image)),
            published_at: card.published_at,
        }
    }
}
