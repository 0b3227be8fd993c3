use super::*;
use crate::csv::product::DraftStock;
use tradewind_catalog::listing::Counting;
use tradewind_kernel::{Currency, Id, Money, UploadId};

const NOW: Time = Time::from_millis(1_000);

fn variant(sku: Option<&str>, size: &str, quantity: Option<i32>) -> DraftVariant {
    DraftVariant {
        silent: false,
        row: 2,
        sku: Some(sku.map(str::to_owned)),
        options: Some(vec![size.to_owned()]),
        price: Some(Money::new(100, Currency::parse("EUR").unwrap())),
        compare_at_price: None,
        weight_grams: None,
        stock: DraftStock { tracked: None, quantity: Some(quantity), continues: None },
        image: None,
    }
}

/// The draft of a file that has only the required columns.
fn bare(variants: Vec<DraftVariant>) -> Draft {
    Draft {
        handle: "top".into(),
        title: None,
        description_html: None,
        vendor: None,
        product_type: None,
        tags: None,
        published: None,
        option_names: None,
        option_columns: 1,
        variants,
        images: None,
        row: 2,
    }
}

fn draft(variants: Vec<DraftVariant>) -> Draft {
    Draft {
        title: Some("Top".into()),
        published: Some(true),
        option_names: Some(vec!["Size".into()]),
        ..bare(variants)
    }
}

fn import(before: Listing, draft: Draft) -> Result<Merged, Refusal> {
    let mut numbers = before.variants.len()..;
    merge(before, draft, NOW, || {
        let number = numbers.next().unwrap();
        VariantId::from_ulid(&format!("01jd00000000000000000000{number:02}"))
    })
}

fn nothing() -> Listing {
    let ulid = "01jd0000000000000000000000";
    blank(ListingId::from_ulid(ulid), SellerId::from_ulid(ulid), NOW)
}

fn first() -> Listing {
    let both = vec![variant(Some("A"), "S", Some(3)), variant(None, "M", Some(0))];
    import(nothing(), draft(both)).unwrap().listing
}

fn shape(listing: &Listing) -> Vec<(&str, &str)> {
    listing.variants.iter().map(|v| (v.id.as_str().get(28..).unwrap(), v.options[0].as_str())).collect()
}

fn about(merged: &Merged, kind: NoteKind) -> Vec<&str> {
    merged.notes.iter().filter(|(of, _)| *of == kind).flat_map(|(_, about)| about).map(String::as_str).collect()
}

fn picture(url: &str) -> Image {
    Image { url: Some(url.into()), upload: None, alt: String::new() }
}

#[test]
fn a_new_product_becomes_a_published_listing_with_stock_for_each_variant() {
    let merged = import(nothing(), draft(vec![variant(Some("A"), "S", Some(3)), variant(None, "M", Some(0))])).unwrap();
    let listing = &merged.listing;
    assert_eq!((listing.status, listing.published_at), (ListingStatus::Published, Some(NOW)));
    assert_eq!(listing.handle.as_deref(), Some("top"));
    assert_eq!(shape(listing), [("00", "S"), ("01", "M")]);
    assert_eq!(merged.stock.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [3, 0]);
    assert_eq!(about(&merged, NoteKind::SoldOut), ["M"]);
}

#[test]
fn a_new_product_needs_a_title_and_a_price_and_is_for_sale_unless_the_file_says_otherwise() {
    assert_eq!(import(nothing(), bare(vec![variant(None, "S", None)])).unwrap_err().column, Column::Title);
    assert_eq!(import(nothing(), draft(vec![])).unwrap_err().column, Column::Price);
    let unpriced = DraftVariant { price: None, ..variant(None, "S", None) };
    assert_eq!(import(nothing(), draft(vec![unpriced])).unwrap_err().column, Column::Price);
    let silent = Draft { published: None, ..draft(vec![variant(None, "S", None)]) };
    assert_eq!(import(nothing(), silent).unwrap().listing.status, ListingStatus::Published);
}

#[test]
fn the_same_product_again_changes_nothing_at_all() {
    let again = import(first(), draft(vec![variant(Some("A"), "S", Some(3)), variant(None, "M", Some(0))])).unwrap();
    assert_eq!((again.changed, &again.stock[..]), (false, &[][..]));
    assert_eq!(again.listing, first());
    let nine = import(first(), draft(vec![variant(Some("A"), "S", Some(9)), variant(None, "M", Some(0))])).unwrap();
    assert_eq!((nine.changed, nine.stock), (true, vec![(first().variants[0].id.clone(), 9)]));
}

#[test]
fn what_a_file_does_not_speak_of_stays_and_what_is_blank_goes() {
    let mut before = first();
    before.description_html = "Soft".into();
    before.vendor = "Maker".into();
    before.tags = vec!["wool".into()];
    before.images = vec![picture("https://x.io/a.jpg")];
    before.imported = Some(Imported { tags: before.tags.clone(), images: vec!["https://x.io/a.jpg".into()] });
    before.variants[0].weight_grams = 350;
    let price = |sku: &str| DraftVariant {
        silent: false,
        options: None,
        stock: DraftStock::default(),
        price: Some(Money::new(80, Currency::parse("EUR").unwrap())),
        ..variant(Some(sku), "", None)
    };
    let mut after = before.clone();
    after.variants[0].price.amount = 80;
    let merged = import(before.clone(), bare(vec![price("A")])).unwrap();
    assert_eq!(merged.listing, after);
    assert_eq!(about(&merged, NoteKind::VariantsKept), ["M"]);

    let blanks = Draft {
        description_html: Some(String::new()),
        tags: Some(vec![]),
        images: Some(vec![]),
        ..bare(vec![DraftVariant { weight_grams: Some(0), ..price("A") }])
    };
    let cleared = import(before, blanks).unwrap().listing;
    assert_eq!((cleared.description_html.as_str(), cleared.vendor.as_str()), ("", "Maker"));
    assert_eq!((cleared.tags.len(), cleared.images.len(), cleared.variants[0].weight_grams), (0, 0, 0));
}

#[test]
fn tags_and_pictures_that_were_added_by_hand_stay_beside_those_of_the_file() {
    let file = |tags: &[&str], urls: &[&str]| Draft {
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        images: Some(urls.iter().map(|url| picture(url)).collect()),
        ..bare(vec![])
    };
    let mut before = import(first(), file(&["wool", "blue"], &["https://x.io/a.jpg"])).unwrap().listing;
    let photo =
        Image { url: None, upload: Some(UploadId::from_ulid("01jd0000000000000000000000")), alt: String::new() };
    before.tags = vec!["sale".into(), "wool".into(), "blue".into()];
    before.images.insert(0, photo.clone());
    before.images.push(picture("https://x.io/hand.jpg"));
    // A file that says the same as the last one changes nothing.
    let same = import(before.clone(), file(&["wool", "blue"], &["https://x.io/a.jpg"])).unwrap();
    assert_eq!((same.changed, same.listing), (false, before.clone()));
    let other = import(before, file(&["wool", "green"], &["https://x.io/b.jpg"])).unwrap().listing;
    assert_eq!(other.tags, ["wool", "green", "sale"]);
    assert_eq!(other.images, [picture("https://x.io/b.jpg"), photo, picture("https://x.io/hand.jpg")]);
}

#[test]
fn a_variant_is_found_by_its_number_under_another_name_and_that_is_told() {
    let merged = import(first(), draft(vec![variant(Some("A"), "Small", None)])).unwrap();
    assert_eq!(shape(&merged.listing), [("00", "Small"), ("01", "M")]);
    assert!(merged.changed && merged.stock.is_empty());
    assert_eq!(about(&merged, NoteKind::VariantsRenamed), ["S is Small now"]);
    assert_eq!(about(&merged, NoteKind::VariantsKept), ["M"]);
}

#[test]
fn what_is_new_comes_behind_what_the_file_does_not_name() {
    let merged = import(first(), draft(vec![variant(Some("B"), "M", Some(1)), variant(None, "L", Some(4))])).unwrap();
    assert_eq!(shape(&merged.listing), [("00", "S"), ("01", "M"), ("02", "L")]);
    assert_eq!(merged.stock.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(about(&merged, NoteKind::VariantsKept), ["S"]);
}

#[test]
fn a_file_that_names_all_puts_them_in_its_order() {
    let merged = import(first(), draft(vec![variant(None, "M", Some(0)), variant(Some("A"), "S", Some(3))])).unwrap();
    assert_eq!(shape(&merged.listing), [("01", "M"), ("00", "S")]);
}

#[test]
fn stock_stays_split_as_its_seller_split_it() {
    let mut before = first();
    before.variants[0].buckets = Buckets { now: 4, all: 6 };
    let again = import(before.clone(), draft(vec![variant(Some("A"), "S", Some(3)), variant(None, "M", Some(0))]));
    assert_eq!(again.map(|merged| (merged.changed, merged.listing)), Ok((false, before)));
}

/// A draft with options of these names.
fn named_so(names: &[&str], rows: Vec<DraftVariant>) -> Draft {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    Draft { option_columns: names.len(), option_names: Some(names), ..draft(rows) }
}

#[test]
fn an_option_may_be_called_otherwise_where_a_variant_is_still_known() {
    let merged = import(first(), named_so(&["Width"], vec![variant(None, "S", None)])).unwrap();
    assert_eq!(
        (shape(&merged.listing), &merged.listing.option_names[0]),
        (vec![("00", "S"), ("01", "M")], &"Width".to_owned())
    );
    // An option name in upper case is still the same option, whatever its values.
    let merged = import(first(), named_so(&["SIZE"], vec![variant(None, "XL", None)])).unwrap();
    assert_eq!(shape(&merged.listing), [("00", "S"), ("01", "M"), ("02", "XL")]);
}

#[test]
fn no_variant_vanishes_because_a_file_has_other_options() {
    let default = DraftVariant { options: Some(vec![]), ..variant(None, "", None) };
    let both = DraftVariant { options: Some(vec!["S".into(), "Red".into()]), ..variant(Some("A"), "", None) };
    for (file, words) in [
        (
            named_so(&["Sizes"], vec![variant(None, "XL", None)]),
            "the options are called Sizes here and Size in the listing",
        ),
        (named_so(&["Colour"], vec![variant(None, "Red", None)]), "also names a variant that there is: S, M."),
        (named_so(&[], vec![default]), "one form (`Default Title`), and the listing has variants by Size"),
        (named_so(&["Size", "Colour"], vec![both.clone()]), "which the file does not name, would be lost: M."),
    ] {
        let refused = import(first(), file).unwrap_err();
        assert_eq!(refused.column, Column::Option1Name);
        assert!(refused.message.contains(words), "{}", refused.message);
    }
    let lone = import(nothing(), draft(vec![variant(None, "S", Some(3))])).unwrap().listing;
    let default = DraftVariant { options: Some(vec![]), ..variant(None, "", None) };
    assert!(import(lone, named_so(&[], vec![default])).unwrap_err().message.contains("would be lost: S."));
    // A file that names all variants may give them another option.
    let other = DraftVariant { options: Some(vec!["M".into(), "Red".into()]), ..variant(None, "", None) };
    let merged =
        import(first(), named_so(&["Size", "Colour"], vec![both.clone(), DraftVariant { sku: None, ..other }]));
    assert!(merged.is_err(), "M has no number by which it could be found");
    let one = import(nothing(), draft(vec![variant(Some("A"), "S", Some(3))])).unwrap().listing;
    let merged = import(one, named_so(&["Size", "Colour"], vec![both])).unwrap();
    assert_eq!(merged.listing.variants[0].options, ["S", "Red"]);
    assert_eq!(about(&merged, NoteKind::VariantsRenamed), ["S is S / Red now"]);
}

#[test]
fn a_product_in_one_form_may_come_in_several_and_that_is_told() {
    let default = |sku| DraftVariant { options: Some(vec![]), ..variant(sku, "", Some(1)) };
    let plain = |sku| import(nothing(), named_so(&[], vec![default(sku)])).unwrap().listing;
    let both = || vec![variant(Some("A"), "S", Some(1)), variant(Some("B"), "M", Some(1))];
    let merged = import(plain(Some("A")), named_so(&["Size"], both())).unwrap();
    assert_eq!(shape(&merged.listing), [("00", "S"), ("01", "M")]);
    assert_eq!(about(&merged, NoteKind::VariantsRenamed), ["A is S now"]);
    let merged = import(plain(None), named_so(&["Size"], both())).unwrap();
    assert_eq!(about(&merged, NoteKind::VariantsRemoved), ["its one variant"]);
}

#[test]
fn one_choice_in_two_spellings_is_one_choice() {
    let merged = import(first(), draft(vec![variant(None, "s", Some(3)), variant(None, "m\u{a0}", Some(0))])).unwrap();
    assert_eq!(shape(&merged.listing), [("00", "s"), ("01", "m\u{a0}")]);
    assert!(merged.stock.is_empty());
    assert_eq!(about(&merged, NoteKind::VariantsRenamed)[0], "S is s now");
    let twice = import(nothing(), draft(vec![variant(None, "Blue", None), variant(None, "blue", None)])).unwrap_err();
    assert_eq!(twice.column, Column::Option1Value);
}

#[test]
fn a_file_without_variants_leaves_none_out() {
    let merged = import(first(), Draft { tags: Some(vec!["a".into()]), ..bare(vec![]) }).unwrap();
    assert_eq!((about(&merged, NoteKind::VariantsKept).len(), merged.listing.variants.len()), (0, 2));
}

#[test]
fn what_is_owed_stays_owed() {
    let mut ring = variant(None, "S", Some(-3));
    ring.stock.continues = Some(true);
    let merged = import(nothing(), draft(vec![ring])).unwrap();
    assert_eq!(merged.stock, [(merged.listing.variants[0].id.clone(), -3)]);
}

#[test]
fn rows_that_cannot_mean_one_variant_are_refused() {
    let unnamed = |sku| DraftVariant { row: 7, options: None, ..variant(sku, "", None) };
    let refused = import(first(), bare(vec![unnamed(Some("A")), unnamed(Some("Z"))])).unwrap_err();
    assert_eq!((refused.row, refused.column), (7, Column::Sku));
    let short = import(first(), bare(vec![DraftVariant { options: Some(vec![]), ..unnamed(Some("A")) }])).unwrap_err();
    assert!(short.message.contains("Size"), "{}", short.message);
}

#[test]
fn the_picture_of_a_variant_is_one_of_the_listings_too() {
    let mut small = variant(Some("A"), "S", None);
    small.image = Some(Some(picture("https://x.io/s.jpg")));
    let merged = import(first(), draft(vec![small])).unwrap().listing;
    assert_eq!(merged.variants[0].image, Some(picture("https://x.io/s.jpg")));
    assert_eq!(merged.images, [picture("https://x.io/s.jpg")]);
    let kept = import(merged.clone(), draft(vec![variant(Some("A"), "S", None)])).unwrap().listing;
    assert_eq!((&kept.variants[0].image, &kept.images), (&merged.variants[0].image, &merged.images));
}

#[test]
fn what_is_not_counted_is_told() {
    let mut download = variant(None, "S", None);
    download.stock = DraftStock { tracked: Some(false), ..DraftStock::default() };
    let merged = import(nothing(), draft(vec![download])).unwrap();
    assert_eq!(merged.listing.variants[0].counting, Counting::NotCounted);
    assert_eq!(about(&merged, NoteKind::NotCounted), ["S"]);
}

#[test]
fn what_is_not_published_any_more_is_withdrawn_and_told() {
    let hidden = Draft { published: Some(false), ..draft(vec![variant(Some("A"), "S", None)]) };
    let merged = import(first(), hidden).unwrap();
    assert_eq!((merged.listing.status, merged.listing.published_at), (ListingStatus::Draft, Some(NOW)));
    assert!(merged.notes.contains(&(NoteKind::Draft, vec![])));
}

#[test]
fn a_closed_listing_stays_closed() {
    let closed = first().close(NOW);
    let refused = import(closed, draft(vec![variant(Some("A"), "S", None)])).unwrap_err();
    assert!(refused.message.contains("closed"));
}

#[test]
fn old_and_new_variants_together_are_no_more_than_a_listing_may_have() {
    let many = (0..MOST_VARIANTS - 1).map(|n| variant(None, &n.to_string(), None)).collect();
    let refused = import(first(), draft(many)).unwrap_err();
    assert!(refused.message.contains("too many variants"), "{}", refused.message);
}

/// A listing in two sizes and two colours, with one of the combinations missing.
fn in_two() -> Listing {
    let of = |sku: &str, size: &str, colour: &str| DraftVariant {
        silent: false,
        options: Some(vec![size.into(), colour.into()]),
        ..variant(Some(sku), "", Some(1))
    };
    let all = vec![of("A", "S", "Red"), of("B", "S", "Blue"), of("C", "M", "Red")];
    let names = Some(vec!["Size".into(), "Colour".into()]);
    import(nothing(), Draft { option_names: names, option_columns: 2, ..draft(all) }).unwrap().listing
}

fn prices(listing: &Listing) -> Vec<i64> {
    listing.variants.iter().map(|variant| variant.price.amount).collect()
}

/// A row of a file with some of the options.
fn row(sku: &str, options: &[&str], cents: i64) -> DraftVariant {
    DraftVariant {
        silent: false,
        options: Some(options.iter().map(|option| (*option).to_owned()).collect()),
        price: Some(Money::new(cents, Currency::parse("EUR").unwrap())),
        ..variant(Some(sku), "", Some(1))
    }
}

#[test]
fn options_in_another_order_are_read_by_their_names() {
    let names = Some(vec!["colour".into(), "Size".into()]);
    let rows = vec![row("A", &["Red", "S"], 1), row("B", &["Blue", "S"], 2), row("C", &["Red", "M"], 3)];
    let merged = import(in_two(), Draft { option_names: names, option_columns: 2, ..draft(rows) }).unwrap();
    assert_eq!((prices(&merged.listing), shape(&merged.listing)), (vec![1, 2, 3], shape(&in_two())));
    assert_eq!(merged.listing.option_names, ["Size", "colour"]);
    assert_eq!(merged.listing.variants[1].options, ["S", "Blue"]);
}

#[test]
fn an_option_that_is_called_otherwise_is_the_one_that_is_left() {
    let rows = vec![row("", &["Red", "S"], 1), row("", &["Blue", "S"], 2), row("", &["Red", "M"], 3)];
    let merged = import(in_two(), named_so(&["Color", "Size"], rows)).unwrap();
    assert_eq!((prices(&merged.listing), shape(&merged.listing)), (vec![1, 2, 3], shape(&in_two())));
    assert_eq!(merged.listing.option_names, ["Size", "Color"]);
}

#[test]
fn names_that_are_put_right_leave_the_values_where_they_are() {
    let merged = import(in_two(), named_so(&["Colour", "Size"], vec![row("", &["S", "Blue"], 2)])).unwrap();
    assert_eq!((prices(&merged.listing), shape(&merged.listing)), (vec![100, 2, 100], shape(&in_two())));
    assert_eq!(merged.listing.option_names, ["Colour", "Size"]);
}

#[test]
fn a_file_with_columns_for_some_options_means_the_variants_that_there_are() {
    let size = |rows| Draft { option_names: Some(vec!["Size".into()]), ..draft(rows) };
    // Found by the only variant that has the option, or by its SKU where there are several.
    let merged = import(in_two(), size(vec![row("B", &["S"], 2), row("", &["M"], 3)])).unwrap();
    assert_eq!((prices(&merged.listing), &merged.listing.option_names), (vec![100, 2, 3], &in_two().option_names));
    assert_eq!(merged.listing.variants[1].options, ["S", "Blue"]);
    assert_eq!(import(in_two(), size(vec![row("Z", &["S"], 2)])).unwrap_err().column, Column::Sku);
    let colour = Draft { option_names: Some(vec!["Colour".into()]), ..draft(vec![row("", &["BLUE"], 7)]) };
    assert_eq!(prices(&import(in_two(), colour).unwrap().listing), [100, 7, 100]);
}

#[test]
fn rows_with_the_same_options_are_refused() {
    let twice = draft(vec![variant(None, "S", None), DraftVariant { row: 3, ..variant(None, "S", None) }]);
    assert_eq!(
        import(nothing(), twice.clone()).map_err(|refused| (refused.row, refused.column)),
        Err((3, Column::Option1Value))
    );
    assert_eq!(import(first(), twice).unwrap_err().row, 3);
}
