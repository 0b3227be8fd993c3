//! The parts of a listing that creating and updating share.

use crate::text::{LONGEST_ADDRESS, is_web_address};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_domain::{
    MarketplaceId, Money, UploadId, UserId, VariantId,
    listing::{Image, MOST_STOCK, Variant},
    media::{UploadPurpose, UploadState},
    stock::Buckets,
};
use tradewind_lambda::{App, FieldError, Problem};
use tradewind_storage::keys;

/// A variant as a seller describes it.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VariantInput {
    /// The seller's own number for it: at most 60 characters.
    #[garde(inner(length(chars, min = 1, max = 60)))]
    sku: Option<String>,
    /// A value for each of the listing's options: 1 to 60 characters.
    #[serde(default)]
    #[garde(length(max = 3), inner(length(chars, min = 1, max = 60)))]
    pub(crate) options: Vec<String>,
    /// What one costs, in one of the marketplace's currencies: the same for all variants of a listing.
    #[garde(skip)]
    price: Money,
    /// What one cost before, in the same currency, to show beside the price.
    #[garde(skip)]
    compare_at_price: Option<Money>,
    /// The weight of one in grams: at most a tonne.
    #[serde(default)]
    #[garde(range(max = 1_000_000))]
    weight_grams: u32,
    /// Units that can be bought: 0 to 1,000,000. Only for variants that are new; that of others is set by itself.
    #[serde(default)]
    #[garde(range(max = MOST_STOCK))]
    pub(crate) stock: u32,
}

/// A picture: one that was uploaded, or one that lies elsewhere.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// An `http` or `https` address: at most 1000 bytes. Either this or `upload`.
    #[garde(length(bytes, max = LONGEST_ADDRESS), inner(custom(web_address)))]
    url: Option<String>,
    /// An upload of the caller's, made for `listing_image` and `ready`. Either this or `url`.
    #[garde(custom(either(&self.url)))]
    upload: Option<UploadId>,
    /// What it shows, for those who cannot see it: at most 200 characters.
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    alt: String,
}

fn web_address(text: &str, (): &()) -> garde::Result {
    if is_web_address(text) { Ok(()) } else { Err(garde::Error::new("must be an http or https address")) }
}

fn either(url: &Option<String>) -> impl FnOnce(&Option<UploadId>, &()) -> garde::Result + '_ {
    move |upload, ()| {
        if url.is_some() == upload.is_some() {
            return Err(garde::Error::new("send either `url` or `upload`"));
        }
        Ok(())
    }
}

impl VariantInput {
    /// The variant, under this id and with its stock in these buckets.
    pub(crate) fn into_variant(self, id: VariantId, buckets: Buckets) -> Variant {
        let Self { sku, options, price, compare_at_price, weight_grams, stock: _ } = self;
        Variant { id, sku, options, price, compare_at_price, weight_grams, buckets }
    }
}

impl From<ImageInput> for Image {
    fn from(ImageInput { url, upload, alt }: ImageInput) -> Self {
        Self { url, upload, alt }
    }
}

/// A description without anything that could do harm.
pub(crate) fn description(html: &str) -> Result<String, Problem> {
    crate::text::sanitise(html)
        .ok_or_else(|| Problem::invalid("description_html", "It may have at most 100,000 bytes."))
}

/// The pictures, whose uploads must be the caller's and ready: their addresses are shown without looking at them again.
pub(crate) async fn images(
    app: &App,
    tenant: &MarketplaceId,
    user: &UserId,
    images: Vec<ImageInput>,
) -> Result<Vec<Image>, Problem> {
    let mut ids: Vec<_> = images.iter().filter_map(|image| image.upload.clone()).collect();
    ids.sort();
    ids.dedup();
    let uploads = app.table.get_all(ids.iter().map(|id| keys::upload(tenant, id)).collect()).await?;
    let mut errors = vec![];
    for (number, id) in images.iter().enumerate().filter_map(|(n, image)| image.upload.as_ref().map(|id| (n, id))) {
        let found = uploads.iter().find(|upload| upload.id == *id && upload.user == *user);
        let found = found.filter(|upload| upload.purpose == UploadPurpose::ListingImage);
        let message = match found.map(|upload| &upload.state) {
            Some(UploadState::Ready { .. }) => continue,
            Some(UploadState::Waiting) => {
                return Err(Problem::conflict(
                    "image_not_ready",
                    "The picture is not ready yet. Try again in a moment.",
                )
                .with("upload", id.as_str()));
            }
            Some(UploadState::Refused { reason }) => format!("This picture was refused: {reason}"),
            Some(UploadState::Used { .. }) | None => "There is no such upload of yours for listing images.".into(),
        };
        errors.push(FieldError { field: format!("images[{number}].upload"), message });
    }
    if errors.is_empty() { Ok(images.into_iter().map(Image::from).collect()) } else { Err(Problem::fields(errors)) }
}
