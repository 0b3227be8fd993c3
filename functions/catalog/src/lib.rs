//! What is for sale: listings, their stock, and importing a catalogue.

mod csv_cells;
mod csv_columns;
mod csv_match;
mod csv_merge;
mod csv_options;
mod csv_product;
mod csv_read;
mod csv_signs;
mod csv_split;
mod csv_stock;
mod csv_swallowed;
mod csv_text;
pub mod import;
pub mod import_create;
pub mod import_errors;
pub mod import_list;
mod import_note;
pub mod import_notes;
mod import_part;
pub mod import_read;
mod import_split;
mod input;
pub mod listing_close;
pub mod listing_create;
pub mod listing_of_seller;
pub mod listing_publish;
pub mod listing_read;
pub mod listing_update;
pub mod listings_newest;
pub mod listings_of_seller;
mod load;
mod nesting;
pub mod stock_set;
mod text;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        listing_create::function(),
        listing_read::function(),
        listing_update::function(),
        listing_publish::function(),
        listing_close::function(),
        listings_newest::function(),
        listings_of_seller::function(),
        listing_of_seller::function(),
        stock_set::function(),
        import_create::function(),
        import_list::function(),
        import_read::function(),
        import_errors::function(),
        import_notes::function(),
        import::function(),
    ]
}
