//! Renders e-mails with the templates in `templates/`.

use crate::{brand::Brand, template::Template};
use minijinja::{AutoEscape, Environment, Error, HtmlEscape, Output, State, Value, context, escape_formatter};
use std::sync::LazyLock;

/// An e-mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub text: String,
    pub html: String,
}

/// The templates, parsed when the first e-mail is rendered.
static TEMPLATES: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_keep_trailing_newline(true);
    // A misspelt name in a template is an error, rather than an empty text.
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    templates.set_formatter(escaped);
    templates.add_template("layout.html", include_str!("../templates/layout.html"))?;
    templates.add_template("email.html", include_str!("../templates/email.html"))?;
    templates.add_template("email.txt", include_str!("../templates/email.txt"))?;
    Ok(templates)
});

/// Escapes as the engine does, except for slashes: `&#x2f;` is not needed anywhere, and addresses stay readable.
fn escaped(out: &mut Output<'_>, state: &State<'_, '_>, value: &Value) -> Result<(), Error> {
    match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => {
            Ok(out.write_str(&HtmlEscape(text).to_string().replace("&#x2f;", "/"))?)
        }
        _ => escape_formatter(out, state, value),
    }
}

/// Renders an e-mail as plain text and as HTML.
pub(crate) fn render(brand: &Brand, template: &Template) -> Result<Rendered, Error> {
    let templates = TEMPLATES.as_ref().map_err(|error| Error::new(error.kind(), error.to_string()))?;
    let values = context! { brand, email => template, preview => template.preview() };
    let one = |name: &str| templates.get_template(name)?.render(&values);
    Ok(Rendered { text: one("email.txt")?, html: one("email.html")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Link, Row};
    use tradewind_tenancy::branding::{Branding, Colour, LogoUrl, StorefrontUrl};

    fn brand() -> Brand {
        Brand::new("Bikes", &Branding::default())
    }

    fn template() -> Template {
        Template::new("Your order", "Ada <b>")
            .text("Thank you.")
            .amounts([Row::new("2 × \"Mug\"", "9.00 EUR"), Row::total("Total", "9.00 EUR")])
            .quote("Why", "It's <broken>.")
            .facts([Row::new("Order", "ord_1")])
            .code("a&b")
    }

    #[test]
    fn plain_text_has_a_paragraph_for_each_part() {
        let linked = template().link(Some(Link { label: "See it".into(), url: "https://a.example/orders/1".into() }));
        let wanted = "Hello Ada <b>,\n\nThank you.\n\n  2 × \"Mug\": 9.00 EUR\n  Total: 9.00 EUR\n\nWhy: It's <broken>.\n\n  Order: ord_1\n\n\
                      a&b\n\nSee it: https://a.example/orders/1\n\nBikes\n";
        assert_eq!(render(&brand(), &linked).unwrap().text, wanted);
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        let brand = Brand::new("B & <script>alert(1)</script>", &Branding::default());
        let Rendered { html, .. } = render(&brand, &template()).unwrap();
        for shown in [
            "Hello Ada &lt;b&gt;,",
            "2 × &quot;Mug&quot;",
            "&lt;broken&gt;",
            "a&amp;b",
            "B &amp; &lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            assert!(html.contains(shown), "{shown}\n{html}");
        }
        for markup in ["<b>", "<broken>", "<script"] {
            assert!(!html.contains(markup), "{markup}\n{html}");
        }
    }

    #[test]
    fn the_marketplaces_colours_logo_and_address_are_used() {
        let branding = Branding {
            logo_url: LogoUrl::parse("https://cdn.example.com/logo.png?v=2"),
            accent_colour: Colour::parse("#ffd400"),
            storefront_url: StorefrontUrl::parse("https://bikes.example.com"),
        };
        let brand = Brand::new("Bikes", &branding);
        let template = template().link(brand.link("See it", &tradewind_tenancy::branding::Page::Dispute("dp_1")));
        let Rendered { html, text } = render(&brand, &template).unwrap();
        for shown in [
            "src=\"https://cdn.example.com/logo.png?v=2\" alt=\"Bikes\"",
            "background-color:#ffd400",
            "color:#000000",
            "href=\"https://bikes.example.com/disputes/dp_1\"",
            "href=\"https://bikes.example.com\"",
        ] {
            assert!(html.contains(shown), "{shown}\n{html}");
        }
        assert!(
            text.ends_with("See it: https://bikes.example.com/disputes/dp_1\n\nBikes\nhttps://bikes.example.com\n"),
            "{text}"
        );
    }

    #[test]
    fn without_branding_nothing_is_fetched_and_nothing_leads_anywhere() {
        let Rendered { html, text } = render(&brand(), &template()).unwrap();
        for absent in ["<img", "href", "http", "None", "none\"", "undefined"] {
            assert!(!html.contains(absent), "{absent}\n{html}");
        }
        assert!(html.contains("background-color:#2b4a5e") && !text.contains("http"), "{html}");
    }
}
