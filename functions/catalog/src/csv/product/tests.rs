use super::*;
use crate::csv::split::split;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Status,Option1 Name,Option1 Value,Option2 Name,\
    Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,\
    Image Position,Image Alt Text";

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn of_file(text: &str) -> Reading {
    let split = split(text.as_bytes()).unwrap();
    read(&split.parts[0].products[0], &split.parts[0].headings, euro())
}

fn of(rows: &str) -> Reading {
    of_file(&format!("{HEADER}\n{rows}"))
}

fn good(reading: Reading) -> Draft {
    assert_eq!(reading.errors, []);
    reading.draft.unwrap()
}

fn faults(reading: &Reading) -> Vec<(u32, Column)> {
    reading.errors.iter().map(|e| (e.row, e.column.unwrap())).collect()
}

/// The errors of a product that is left out.
fn refused(reading: Reading) -> Vec<(u32, Column)> {
    assert_eq!(reading.draft, None);
    assert!(
        reading.errors.iter().all(|e| e.message.ends_with("The whole product is left out.")),
        "{:?}",
        reading.errors
    );
    faults(&reading)
}

#[test]
fn a_product_with_a_default_title_has_one_variant_without_options() {
    let draft = good(of(
        "shirt,Shirt,<b>Soft</b><script>x</script>,Maker,Top,\"men, blue,men\",true,,Title,Default Title,,,S-1,200,7,25,30,,,",
    ));
    assert_eq!((draft.title.as_deref(), draft.description_html.as_deref()), (Some("Shirt"), Some("<b>Soft</b>")));
    assert_eq!((draft.vendor.as_deref(), draft.product_type.as_deref()), (Some("Maker"), Some("Top")));
    assert_eq!(draft.tags.unwrap(), ["men", "blue"]);
    assert_eq!((draft.published, draft.option_names), (Some(true), Some(vec![])));
    let variant = DraftVariant {
        silent: false,
        row: 2,
        sku: Some(Some("S-1".into())),
        options: Some(vec![]),
        price: Some(Money::new(2500, euro())),
        compare_at_price: Some(Some(Money::new(3000, euro()))),
        weight_grams: Some(200),
        stock: DraftStock { tracked: None, quantity: Some(Some(7)), continues: None },
        image: None,
    };
    assert_eq!(draft.variants, [variant]);
}

#[test]
fn further_rows_add_variants_and_pictures() {
    let draft = good(of("top,Top,,,,,true,,Size,S,Colour,Red,,,1,60,,https://x.io/b.jpg,2,back\n\
         top,,,,,,,,,M,,Red,,,1,61,,,,\n\
         top,,,,,,,,,,,,,,,,,https://x.io/a.jpg,1,front\n\
         top,,,,,,,,,,,,,,,,,https://x.io/b.jpg,3,again\n"));
    assert_eq!(draft.option_names.unwrap(), ["Size", "Colour"]);
    let options = |v: &DraftVariant| (v.options.as_ref().unwrap().join("/"), v.price.unwrap().amount);
    assert_eq!(
        draft.variants.iter().map(options).collect::<Vec<_>>(),
        [("S/Red".to_owned(), 6000), ("M/Red".to_owned(), 6100)]
    );
    let images: Vec<_> = draft.images.iter().flatten().map(|i| (i.url.as_deref().unwrap(), i.alt.as_str())).collect();
    assert_eq!(images, [("https://x.io/a.jpg", "front"), ("https://x.io/b.jpg", "back")]);
}

#[test]
fn what_a_product_has_once_may_stand_in_any_row() {
    let draft = good(of("top,,,,,,,,,,,,,,,,,https://x.io/a.jpg,1,\n\
         top,,,,,,,,,M,,,,,1,61,,,,\n\
         top,Top,Soft,,,,true,active,Size,S,,,,,1,60,,,,\n"));
    assert_eq!((draft.title.as_deref(), draft.description_html.as_deref()), (Some("Top"), Some("Soft")));
    assert_eq!((draft.published, draft.option_names), (Some(true), Some(vec!["Size".to_owned()])));
    assert_eq!(draft.variants.iter().filter_map(|v| v.options.clone()).collect::<Vec<_>>(), [["M"], ["S"]]);
}

#[test]
fn a_file_says_nothing_about_columns_that_it_does_not_have() {
    let draft = good(of_file("Handle,Variant SKU,Variant Price\nmug,M-S,8.90\nmug,M-L,11.90\n"));
    assert_eq!((&draft.title, &draft.description_html, &draft.vendor, &draft.tags), (&None, &None, &None, &None));
    assert_eq!((draft.published, &draft.option_names, &draft.images), (None, &None, &None));
    let first = &draft.variants[0];
    assert_eq!((&first.options, first.compare_at_price, first.weight_grams), (&None, None, None));
    assert_eq!((first.stock, &first.image), (DraftStock::default(), &None));
    let blank = good(of_file(
        "Handle,Body (HTML),Tags,Image Src,Variant SKU,Variant Inventory Tracker,Variant Price\nmug,,,,,,1",
    ));
    assert_eq!((blank.description_html.as_deref(), blank.tags, blank.images), (Some(""), Some(vec![]), Some(vec![])));
    assert_eq!((&blank.variants[0].sku, blank.variants[0].stock.tracked), (&Some(None), Some(false)));
}

#[test]
fn values_without_names_are_those_of_the_listing_that_there_is() {
    let draft = good(of_file("Handle,Option1 Value,Option2 Value,Variant Price\nmug,S,Red,1\nmug,M,Red,2\n"));
    assert_eq!(draft.option_names, None);
    assert_eq!(draft.variants[1].options.as_deref(), Some(&["M".to_owned(), "Red".to_owned()][..]));
}

#[test]
fn a_product_with_a_bad_variant_is_left_out_whole_and_each_fault_is_told() {
    let reading = of("top,Top,,,,,true,,Size,S,,,,,1,60,,,,\n\
         top,,,,,,,,,M,,,,,1,cheap,,,,\n\
         top,,,,,,,,,L,,,,,many,60,,,,\n\
         top,,,,,,,,,XL,,,,heavy,1,60,,,,\n\
         top,,,,,,,,,XXL,,,,,1,60.999,,,,\n\
         top,,,,,,,,,,,,X-9,,1,60,,,,\n\
         top,,,,,,,,Colour,3XL,,,,,1,60,,,,\n\
         top,,,,,,,,,4XL,,,,,1,,,,,\n\
         top,,,,,,,,,5XL,,,,,1,1,,,,,more\n");
    let wanted = [
        (3, Column::Price),
        (4, Column::Quantity),
        (5, Column::Grams),
        (6, Column::Price),
        (7, Column::Option1Value),
        (8, Column::Option1Name),
        (9, Column::Price),
        (10, Column::Handle),
    ];
    assert_eq!(refused(reading), wanted);
}

#[test]
fn a_bad_picture_is_left_out_and_its_variant_stays() {
    let reading = of("top,Top,,,,,true,,,,,,,,1,60,,javascript:x,,");
    assert_eq!(faults(&reading), [(2, Column::ImageSrc)]);
    assert_eq!(reading.draft.unwrap().images, Some(vec![]));
}

#[test]
fn all_that_is_wrong_with_the_pictures_of_a_row_is_told_at_once() {
    let reading = of_file("Handle,Title,Variant Price,Image Src,Variant Image\nmug,Mug,1,a.jpg,javascript:x\n");
    assert_eq!(faults(&reading), [(2, Column::ImageSrc)]);
    let told = &reading.errors[0].message;
    assert!(
        told.contains("whole web address") && told.contains("And Variant Image: ") && told.contains("https://"),
        "{told}"
    );
}

#[test]
fn a_row_whose_cells_are_too_few_is_told_as_that_whatever_its_cells_say() {
    let header = "Handle,Title,Gift Card,Published,Variant Price,Variant Grams\n";
    for row in ["mug,Mug,\"x,TRUE\",TRUE,5", "mug,Mug,perhaps,TRUE,5", "mug,Mug,FALSE,5,5"] {
        let reading = of_file(&format!("{header}{row}\n"));
        assert!(!reading.gift_card && reading.errors[0].message.contains("5 cells"), "{:?}", reading.errors);
        assert_eq!(refused(reading), [(2, Column::Handle)]);
    }
}

#[test]
fn what_the_last_cells_of_a_row_would_say_is_not_said_if_they_were_left_off() {
    let header = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant SKU,Tags\n";
    let draft = of_file(&format!("{header}tee,Tee,Size,S,5,A-1\ntee,,,M,6\n")).draft.unwrap();
    assert_eq!((draft.tags, draft.variants[0].sku.clone()), (None, Some(Some("A-1".into()))));
    assert_eq!((draft.variants[1].sku.clone(), draft.variants[1].price.unwrap().amount), (None, 600));
}

#[test]
fn a_variants_picture_is_its_own() {
    let draft = good(of_file(
        "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Image\nmug,Mug,Size,S,1,https://x.io/s.jpg\nmug,,,L,1,\n",
    ));
    let urls: Vec<_> = draft.variants.iter().map(|v| v.image.clone().unwrap().and_then(|i| i.url)).collect();
    assert_eq!(urls, [Some("https://x.io/s.jpg".to_owned()), None]);
}

#[test]
fn entities_are_the_letters_that_they_stand_for_where_there_is_no_html() {
    let draft = good(of("salt,Salt &amp; Pepper,Salt &amp; Pepper,K&uuml;che,,\"a&amp;b, c\",true,,,,,,,,1,60,,,,"));
    assert_eq!((draft.title.as_deref(), draft.vendor.as_deref()), (Some("Salt & Pepper"), Some("Küche")));
    assert_eq!(
        (draft.description_html.as_deref(), draft.tags.unwrap()),
        (Some("Salt &amp; Pepper"), vec!["a&b".to_owned(), "c".to_owned()])
    );
}

#[test]
fn two_products_under_one_handle_are_no_product() {
    assert_eq!(refused(of("top,Top,,,,,,,,,,,,,1,60,,,,\ntop,Bowl,,,,,,,,,,,,,1,5,,,,\n")), [(3, Column::Title)]);
}

#[test]
fn what_says_nothing_is_published_and_what_says_no_is_not() {
    let published = |cells: &str| good(of(&format!("top,Top,,,,,{cells},,,,,,,1,60,,,,"))).published;
    for yes in ["true,", "TRUE,Active", ",", "1,", ",active"] {
        assert_eq!(published(yes), Some(true), "{yes}");
    }
    for no in ["false,", "true,draft", "true,archived", "0,active", ",draft", "TRUE,unlisted"] {
        assert_eq!(published(no), Some(false), "{no}");
    }
    assert_eq!(refused(of("top,Top,,,,,perhaps,,,,,,,,1,60,,,,")), [(2, Column::Published)]);
    assert_eq!(refused(of("top,Top,,,,,,sold,,,,,,,1,60,,,,")), [(2, Column::Status)]);
    let only_status = of_file("Handle,Title,Status,Variant Price\nmug,Mug,active,5");
    assert_eq!(good(only_status).published, Some(true));
}

#[test]
fn a_product_with_more_variants_than_a_listing_may_have_is_left_out_whole() {
    let mut rows = "top,Top,,,,,true,,Size,0,,,,,1,60,,,,\n".to_owned();
    (1..100).for_each(|n| rows.push_str(&format!("top,,,,,,,,,{n},,,,,1,60,,,,\n")));
    let reading = of(&rows);
    assert!(reading.errors[0].message.starts_with("The product has 100 variants"));
    assert_eq!(refused(reading), [(2, Column::Handle)]);
}

#[test]
fn gift_cards_are_left_out_as_what_they_are() {
    let reading = of_file("Handle,Title,Variant Price,Gift Card\ngc,Gift,10,true");
    assert!(reading.gift_card);
    assert_eq!(refused(reading), [(2, Column::GiftCard)]);
    assert!(!of_file("Handle,Title,Variant Price,Gift Card\nmug,Mug,10,FALSE").gift_card);
}
