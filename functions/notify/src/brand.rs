//! The sender of an e-mail: what its e-mails look like, and where their links lead.

use crate::{isolate::isolated, template::Link};
use serde::Serialize;
use tradewind_tenancy::{
    Marketplace,
    branding::{Branding, Colour, Page, StorefrontUrl},
};

/// The accent colour, with the text colour on it, of marketplaces that have chosen none.
const ACCENT: (&str, &str) = ("#2b4a5e", "#ffffff");

/// The appearance of e-mails from a marketplace, or from the deployment itself.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Brand {
    /// The name, prepared for use within a sentence.
    pub name: String,
    logo: Option<String>,
    accent: String,
    /// The colour of text on the accent colour.
    on_accent: &'static str,
    /// The address of the storefront.
    home: Option<String>,
    #[serde(skip)]
    storefront: Option<StorefrontUrl>,
}

impl Brand {
    /// The appearance of a marketplace's e-mails.
    pub fn of(marketplace: &Marketplace) -> Self {
        Self::new(&marketplace.name, &marketplace.branding)
    }

    /// The appearance of e-mails to the operator of the deployment.
    pub fn operator() -> Self {
        Self::new("Tradewind", &Branding::default())
    }

    /// Builds it from a name and branding.
    pub fn new(name: &str, Branding { logo_url, accent_colour, storefront_url }: &Branding) -> Self {
        let (accent, on_accent) =
            accent_colour.as_ref().map_or(ACCENT, |accent| (accent.as_str(), Colour::text(accent)));
        Self {
            name: isolated(name),
            logo: logo_url.as_ref().map(|url| url.as_str().to_owned()),
            accent: accent.to_owned(),
            on_accent,
            home: storefront_url.as_ref().map(|url| url.page(&Page::Start)),
            storefront: storefront_url.clone(),
        }
    }

    /// A link to a page of the storefront, if there is one.
    pub fn link(&self, label: &str, page: &Page<'_>) -> Option<Link> {
        let url = self.storefront.as_ref()?.page(page);
        Some(Link { label: label.to_owned(), url })
    }
}
