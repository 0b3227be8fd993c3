//! The parts of a listing that the requests to create and to update it share.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::{
    listing::{Counting, Image, MOST_STOCK, Variant},
    stock::Buckets,
};
use tradewind_kernel::{
    MarketplaceId, Money, UploadId, UserId, VariantId, money::AmountFrom, text::Line, web::WebAddress,
};
use tradewind_lambda::{App, FieldError, Member, Problem};
use tradewind_media::{UploadPurpose, UploadState, keys as media_keys};

/// A variant as a seller describes it.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VariantInput {
    /// The seller's own number for the variant: at most 60 characters.
    #[garde(skip)]
    sku: Option<Line<1, 60>>,
    /// A value for each of the listing's options: 1 to 60 characters.
    #[serde(default)]
    #[garde(length(max = 3))]
    options: Vec<Line<1, 60>>,
    /// The price of one unit, in one of the marketplace's currencies: the same currency for all variants of a listing.
    #[garde(skip)]
    #[schemars(with = "AmountFrom<0>")]
    price: Money,
    /// The earlier price of one unit, in the same currency, to be shown beside the price.
    #[garde(skip)]
    #[schemars(with = "Option<AmountFrom<0>>")]
    compare_at_price: Option<Money>,
    /// The weight of one unit in grams: at most a tonne.
    #[serde(default)]
    #[garde(range(max = 1_000_000))]
    weight_grams: u32,
    /// The number of units that can be bought: 0 to 1,000,000. Only for new variants; the stock of existing ones has an endpoint of its
    /// own.
    #[serde(default)]
    #[garde(range(max = MOST_STOCK))]
    pub(crate) stock: u32,
    /// Whether the units are counted, and what happens when none is left. If absent, it stays as it was; `counted` if the variant is new.
    #[serde(default)]
    #[garde(skip)]
    counting: Option<Counting>,
}

/// A picture: an upload, or the address of one elsewhere.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// An `http` or `https` address: at most 1000 bytes. Either this or `upload`.
    #[garde(skip)]
    url: Option<WebAddress>,
    /// An upload of the caller, made for `listing_image` and `ready`. Either this or `url`.
    #[garde(custom(either(&self.url)))]
    upload: Option<UploadId>,
    /// A description for people who cannot see the picture: at most 200 characters.
    #[serde(default)]
    #[garde(skip)]
    alt: Line<0, 200>,
}

fn either(url: &Option<WebAddress>) -> impl FnOnce(&Option<UploadId>, &()) -> garde::Result + '_ {
    move |upload, ()| {
        if url.is_some() == upload.is_some() {
            return Err(garde::Error::new("send either `url` or `upload`"));
        }
        Ok(())
    }
}

impl VariantInput {
    /// Whether the variant has exactly these options.
    pub(crate) fn has(&self, options: &[String]) -> bool {
        self.options.iter().map(|option| &**option).eq(options.iter().map(String::as_str))
    }

    /// Builds the variant under this id. What the request leaves out stays as it was in the variant that it replaces.
    pub(crate) fn into_variant(self, id: VariantId, before: Option<&Variant>) -> Variant {
        let Self { sku, options, price, compare_at_price, weight_grams, stock: _, counting } = self;
        Variant {
            id,
            sku: sku.map(String::from),
            options: plain(options),
            price,
            compare_at_price,
            weight_grams,
            buckets: before.map_or(Buckets::ONE, |before| before.buckets),
            counting: counting.or(before.map(|before| before.counting)).unwrap_or_default(),
            image: before.and_then(|before| before.image.clone()),
            imported: before.and_then(|before| before.imported),
            last_import: before.and_then(|before| before.last_import),
        }
    }
}

impl From<ImageInput> for Image {
    fn from(ImageInput { url, upload, alt }: ImageInput) -> Self {
        Self { url: url.map(String::from), upload, alt: alt.into() }
    }
}

/// The texts of lines, for storage.
pub(crate) fn plain<const LEAST: usize, const MOST: usize>(lines: Vec<Line<LEAST, MOST>>) -> Vec<String> {
    lines.into_iter().map(String::from).collect()
}

/// Makes a description harmless.
pub(crate) fn description(html: &str) -> Result<String, Problem> {
    crate::text::sanitise(html).map_err(|fault| Problem::invalid("description_html", fault.to_string()))
}

/// Reads the pictures. Their uploads must be the caller's and ready, because their addresses are later shown without another check.
pub(crate) async fn images(
    app: &App,
    tenant: &MarketplaceId,
    user: &UserId,
    images: Vec<ImageInput>,
) -> Result<Vec<Image>, Problem> {
    let mut ids: Vec<_> = images.iter().filter_map(|image| image.upload.clone()).collect();
    ids.sort();
    ids.dedup();
    let uploads = app.table.get_all(ids.iter().map(|id| media_keys::upload(tenant, id)).collect()).await?;
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
                .with(Member::Upload, id.as_str()));
            }
            Some(UploadState::Refused { reason }) => format!("This picture was refused: {reason}"),
            Some(UploadState::Used { .. }) | None => "There is no such upload of yours for listing images.".into(),
        };
        errors.push(FieldError { field: format!("images[{number}].upload"), message });
    }
    if errors.is_empty() { Ok(images.into_iter().map(Image::from).collect()) } else { Err(Problem::fields(errors)) }
}
