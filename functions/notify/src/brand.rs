//! In whose name an e-mail is sent: what it looks like, and where its links lead.

use crate::{isolate::isolated, letter::Link};
use serde::Serialize;
use tradewind_tenancy::{
    Marketplace,
    branding::{Branding, Colour, Page, StorefrontUrl},
};

/// The accent of those who have chosen none.
const ACCENT: (&str, &str) = ("#2b4a5e", "#ffffff");

/// A marketplace, or the deployment itself, as its e-mails show it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Brand {
    /// The name, to stand within a sentence.
    pub name: String,
    logo: Option<String>,
    accent: String,
    /// The colour of text on the accent.
    on_accent: &'static str,
    /// Where the storefront is.
    home: Option<String>,
    #[serde(skip)]
    storefront: Option<StorefrontUrl>,
}

impl Brand {
    /// That of a marketplace.
    pub fn of(marketplace: &Marketplace) -> Self {
        Self::new(&marketplace.name, &marketplace.branding)
    }

    /// That of whoever runs the deployment.
    pub fn operator() -> Self {
        Self::new("Tradewind", &Branding::default())
    }

    /// A name, and what goes with it.
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
