//! The goods for sale: listings, their stock, and the import of a catalogue.

mod consumers {
    pub mod import;
    pub mod import_note;
    pub mod import_part;
    pub mod import_split;
}
mod csv {
    pub mod cells;
    pub mod columns;
    pub mod matching;
    pub mod merge;
    pub mod options;
    pub mod product;
    pub mod read;
    pub mod rows;
    pub mod signs;
    pub mod split;
    pub mod stock;
    pub mod swallowed;
    pub mod text;
}
mod import_errors {
    pub mod list;
}
mod import_notes {
    pub mod list;
}
mod imports {
    pub mod create;
    pub mod get;
    pub mod list;
}
mod listings {
    pub mod close;
    pub mod create;
    pub mod get;
    pub mod input;
    pub mod list;
    pub mod load;
    pub mod publish;
    pub mod update;
    pub mod view;
}
mod nesting;
mod seller_listings {
    pub mod get;
    pub mod list;
}
mod text;
mod variant_stock {
    pub mod replace;
}

tradewind_lambda::functions! {
    endpoints {
        listings { create, get, update, publish, close, list }
        seller_listings { list, get }
        variant_stock { replace }
        imports { create, list, get }
        import_errors { list }
        import_notes { list }
    }
    consumers { import }
}
