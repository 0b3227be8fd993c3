//! Detects rows that stray quotes turned into a part of one cell. Two stray quotes are well-formed CSV: the first opens a cell, the second
//! closes it some rows later, and everything between is one text. Pure.
//!
//! Such a text has a shape: one line of it ends as its row does, the lines after it are whole rows, and one begins as another row does.
//! Honest texts may have this shape by chance, so there must also be evidence for rows: the pieces must fit their columns
//! ([`crate::csv::signs`]). That is reason enough to leave one product out, and to tell the seller what to do if it is a text after all.
//! Words such as `TRUE` or `deny` in the columns where they belong leave no doubt: the file is damaged, and none of it is imported.

use crate::csv::{
    columns::{Column, Header},
    read::Record,
    signs::{Sign, Sought, sign},
};

/// Explains why the cells of a record cannot be trusted, if one may contain several rows. `Err` is an error of the whole file, with the
/// line in which the rows begin.
pub(crate) fn look(header: &Header, record: &Record) -> Result<Option<String>, String> {
    for (place, cell) in record.cells.iter().enumerate().filter(|(_, cell)| cell.contains(['\n', '\r'])) {
        let lines = cell.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
        let lines: Vec<Line<'_>> = lines.map(|line| Line::new(line, header.delimiter)).collect();
        let text = Text { header, record, place, lines: &lines };
        let column = place.saturating_add(1);
        if text.has_words() {
            return Err(format!(
                "Line {}: a quote opens in column {column} and takes the rows after it into one cell. Take the quote out, or close it.",
                record.line
            ));
        }
        if text.begins_with_numbers() || text.has_the_shape_of_rows() {
            return Ok(Some(format!(
                "A quote opens in column {column}, and what stands after it looks like further rows. If it is, take the quote out, or \
                 close it. If it is one text, write a blank after each `{}` in it.",
                header.delimiter.escape_default()
            )));
        }
    }
    Ok(None)
}

/// A line of a text, split as a row would be.
struct Line<'a> {
    pieces: Vec<&'a str>,
    /// The same, except that a delimiter with a blank after it counts as prose and separates nothing.
    prose: Vec<String>,
}

impl<'a> Line<'a> {
    fn new(line: &'a str, delimiter: char) -> Self {
        let pieces: Vec<_> = line.split(delimiter).collect();
        let mut prose: Vec<String> = vec![];
        for piece in &pieces {
            match prose.last_mut().filter(|_| piece.starts_with(' ')) {
                Some(last) => {
                    last.push(delimiter);
                    last.push_str(piece);
                }
                None => prose.push((*piece).to_owned()),
            }
        }
        Self { pieces, prose }
    }

    /// The pieces of the line, if one way of splitting it gives exactly `count` of them.
    fn of(&self, count: usize) -> Option<Vec<&str>> {
        if self.prose.len() == count {
            Some(self.prose.iter().map(String::as_str).collect())
        } else if self.pieces.len() == count {
            Some(self.pieces.clone())
        } else {
            None
        }
    }
}

/// A cell of several lines.
struct Text<'a> {
    header: &'a Header,
    record: &'a Record,
    place: usize,
    lines: &'a [Line<'a>],
}

impl Text<'_> {
    /// Whether a line has words in their own columns that hardly occur there in prose.
    fn has_words(&self) -> bool {
        self.told().contains(&Sign::Word)
    }

    /// Whether there are numbers in their own columns, and a handle with its title at the beginning of the last line.
    fn begins_with_numbers(&self) -> bool {
        let Some(last) = self.lines.last() else { return false };
        let of = |wanted: Column| {
            let (_, place) = self.header.places.iter().find(|(column, _)| *column == wanted)?;
            last.pieces.get(*place).copied().filter(|_| *place < self.place)
        };
        let begun =
            of(Column::Handle).zip(of(Column::Title)).is_some_and(|(handle, title)| Sought::akin(handle, title));
        begun && last.pieces.len() > self.place && self.told().contains(&Sign::Like)
    }

    /// How well the lines fit the columns in which they would stand if they were rows.
    fn told(&self) -> Vec<Sign> {
        let [first, between @ .., last] = self.lines else { return vec![] };
        let cells = self.header.cells;
        // This counts from the end of the line, because the text has delimiters of its own.
        let from_the_end = |line: &Line<'_>, from: usize| {
            self.signs(from, cells, |place| {
                let after = cells.saturating_sub(place);
                line.pieces.len().checked_sub(after).and_then(|at| line.pieces.get(at)).copied()
            })
        };
        // The end of a row has at least as many pieces as there are columns left.
        let ended = first.pieces.len() >= cells.saturating_sub(self.place);
        let mut signs = if ended { from_the_end(first, self.place.saturating_add(1)) } else { vec![] };
        for line in between.iter().filter(|line| line.pieces.len() >= cells) {
            signs.extend(from_the_end(line, 0));
        }
        if last.pieces.len() > self.place {
            signs.extend(self.signs(0, self.place, |place| last.pieces.get(place).copied()));
        }
        signs
    }

    /// How well the pieces fit the columns from one place up to another. In prose a comma is followed by a blank, so such pieces are
    /// ignored.
    fn signs<'p>(&self, from: usize, to: usize, piece: impl Fn(usize) -> Option<&'p str>) -> Vec<Sign> {
        let places = self.header.places.iter().filter(|(_, place)| (from..to).contains(place));
        let told =
            |(column, place): &(Column, usize)| Some(sign(*column, piece(*place).filter(|p| !p.starts_with(' '))?));
        places.filter_map(told).collect()
    }

    /// Whether one line ends like the row in which the text begins, further lines are whole rows, and one begins like the row in which the
    /// text ends; and whether their contents are evidence for rows.
    fn has_the_shape_of_rows(&self) -> bool {
        let (cells, all) = (self.header.cells, self.record.cells.len());
        // The two quotes may be in different columns: then the row has too few or too many cells, by the difference.
        let moved = self.place.saturating_add(cells).checked_sub(all);
        let mut ends = vec![self.place];
        ends.extend(moved.filter(|end| *end != self.place && *end < cells));
        ends.into_iter().any(|end| self.are_rows(end.saturating_add(1)))
    }

    fn are_rows(&self, begun: usize) -> bool {
        let (cells, sought) = (self.header.cells, Sought::new(self.header, self.record));
        let ended = cells.saturating_sub(self.place);
        // The evidence for rows so far, once the end of a row was found, followed by whole rows.
        let mut open: Option<u32> = None;
        for line in self.lines {
            let begins = || sought.speaks(&line.of(begun)?, 0);
            if let Some((so_far, more)) = open.zip(open.and_then(|_| begins()))
                && so_far.saturating_add(more) > 0
            {
                return true;
            }
            let whole = || line.of(cells).and_then(|pieces| sought.speaks(&pieces, 0)).unwrap_or(0);
            open = match open.filter(|_| line.pieces.len() >= cells) {
                Some(so_far) => Some(so_far.saturating_add(whole())),
                None => line.of(ended).and_then(|pieces| sought.speaks(&pieces, self.place)),
            };
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(file: &str) -> bool {
        let (header, records) = Header::read(file).unwrap();
        records.map(Result::unwrap).any(|record| look(&header, &record) != Ok(None))
    }

    #[test]
    fn rows_in_a_cell_are_seen_whatever_else_the_text_holds() {
        let head = "Handle,Title,Body (HTML),Published,Variant Price\n";
        for rows in [
            "lamp,Lamp,\"Bright,TRUE,49\ncup,Cup,Big\",TRUE,1.20\n",
            "lamp,Lamp,\"Bright, warm,TRUE,49\nbowl,Bowl,Nice, big\",TRUE,0.05\n",
            "lamp,Lamp,\"Bright, warm,TRUE,49\nbowl,Bowl,Nice,TRUE,3\ncup,Cup,Big, blue\",TRUE,1.20\n",
            "lamp,Lamp,\"Bright,TRUE,49\nbowl,Bowl,\"\",TRUE,3\ncup,Cup,Big\",TRUE,1.20\n",
        ] {
            assert!(refused(&format!("{head}{rows}")), "{rows}");
            assert!(refused(&format!("{head}{rows}").replace('\n', "\r")), "{rows}");
        }
        for file in [
            "Handle;Title;Body (HTML);Published;Variant Price\nlamp;Lamp;\"Bright, warm;TRUE;49\ncup;Cup;Big, blue\";TRUE;1,20\n",
            // The two quotes are in different columns.
            "Handle,Title,Body (HTML),Vendor,Variant Price,Variant Inventory Qty\nlamp,Lamp,\"Bright,Acme,49,3\n\
             cup,Cup,Nice,Acme\",1.20,5\n",
            "Handle,Title,Body (HTML),Variant Price\nlamp,Lamp,\"Bright,49\ncup,Cup,Big\",1.20\n",
            // In a column that is not read.
            "Handle,Title,Published,Variant Price,SEO Description\nlamp,Lamp,TRUE,49,\"Nice, warm\nbowl,Bowl,TRUE,3,x\n\
             cup,Cup,TRUE,1.20,Big, blue\"\n",
        ] {
            assert!(refused(file), "{file}");
        }
    }

    #[test]
    fn rows_in_a_cell_are_seen_whatever_their_handles_and_columns() {
        let head = "Handle,Title,Body (HTML),Variant Price\n";
        for file in [
            "Title,URL handle,Description,Price\nLamp,lamp,\"Bright,49\nCup,cup,Big\",1.20\n",
            "Title,URL handle,Description,Price,Vendor\nLamp,lamp,\"Bright,49,Acme\nCup,cup,Big\",1.20,Acme\n",
            &format!("{head}Lamp-1,Lamp,\"Bright,49.00\nBowl-1,Bowl,Nice,5.00\nCup-1,Cup,Big\",1.20\n"),
            &format!("{head}Lampe groß,Lampe,\"Hell,49.00\nTasse groß,Tasse,Big\",1.20\n"),
            &format!("{head}LAMP 1,Lamp,\"Bright,49 EUR\nCUP 1,Cup,Big\",1.20 EUR\n"),
            "Handle;Title;Body (HTML);Variant Price\na.1;Lamp;\"Bright;49,00\nc.1;Cup;Big\";1,20\n",
            "Handle,Title,Body (HTML),Published\nLamp,Lamp,\"Bright,1\nCup,Cup,Big\",1\n",
            "Handle,Title,Body (HTML),Published,Variant Price\nLamp,Lamp,\"Bright,yes,49\nCup,Cup,Big\",yes,1.20\n",
            "Handle,Title,Body (HTML),Status,Vendor\nLamp,Lamp,\"Bright,unlisted,A\nCup,Cup,Big\",unlisted,A\n",
            // A price with a blank before it.
            "Handle,Title,Body (HTML),Variant Price,Vendor\nlamp,Lamp,\"Bright, 49,Acme\ncup,Cup,Big\", 1.20,Acme\n",
            // A product with options.
            "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant Price\nTee,Tee,\"Soft,Size,S,10\nTee,,,,M,11\n\
             Mug,Mug,Big\",Size,L,1\n",
            // Columns that are not read, and alternative texts.
            "Handle,Title,Variant Price,SEO Description\nLamp,Lamp,49,\"Nice\nBowl,Bowl,5,x\nCup,Cup,1.20,Big\"\n",
            "Handle,Title,Variant Price,Image Src,Image Alt Text\nLamp,Lamp,49,https://x.io/l.jpg,\"nice\n\
             Bowl,Bowl,5.00,https://x.io/b.jpg,x\"\n",
            // No prices at all: the last line begins with a handle and its title.
            "Handle,Title,Body (HTML)\nLamp,Lamp,\"Bright\nCup,Cup,Big\"\n",
            // In the handle's own column.
            &format!("{head}\"lamp,Lamp,Bright,49\ncup\",Cup,Big,1.20\n"),
            // A text of several lines that was never closed.
            &format!("{head}lamp,Lamp,\"Bright\nand warm,49\nbowl,Bowl,Nice,5\ncup,Cup,Big\nand blue\",1.20\n"),
        ] {
            assert!(refused(file), "{file}");
            assert!(refused(&file.replace('\n', "\r\n")), "{file}");
        }
    }

    #[test]
    fn rows_are_seen_by_handles_that_are_written_as_the_rows_own() {
        let head = "Handle,Title,Body (HTML),Variant Price\n";
        for file in [
            &format!("{head}p-1,Lámpara,\"Bright,49.00\np-2,iPhone case,Big\",1.20\n"),
            &format!("{head}p-1,Lamp,\"Bright,49.00\np-2,1984,Big\",1.20\n"),
            &format!("{head}p/1,Lamp,\"Bright,49.00\np/2,Cup,Big\",1.20\n"),
            "Handle;Title;Body (HTML);Published;Variant Price\np-1;Lámpara;\"Brilla;VERDADERO;49,00\np-2;Taza;Grande\";VERDADERO;1,20\n",
            "Handle,Title,Body (HTML),Vendor\np-1,Lamp,\"Bright,Acme\np-2,Cup,Big\",Acme\n",
            "Handle,Title,Body (HTML),Image Src,Variant Price\np-1,Lamp,\"Bright,//e.com/1.jpg,49\np-2,Cup,Big\",//e.com/2.jpg,1\n",
        ] {
            assert!(refused(file), "{file}");
        }
    }

    #[test]
    fn one_product_is_left_out_and_not_the_file_where_there_is_doubt() {
        let look = |file: &str| {
            let (header, records) = Header::read(file).unwrap();
            records.map(Result::unwrap).map(|record| look(&header, &record)).find(|seen| *seen != Ok(None))
        };
        let certain =
            "Handle,Title,Body (HTML),Published,Variant Price\nlamp,Lamp,\"Bright,TRUE,49\ncup,Cup,Big\",TRUE,1.20\n";
        assert!(look(certain).unwrap().unwrap_err().starts_with("Line 2: a quote opens in column 3"));
        let doubtful = "Handle,Title,Body (HTML),Variant Price\nlamp,Lamp,\"Bright,49\ncup,Cup,Big\",1.20\n";
        assert!(look(doubtful).unwrap().unwrap().unwrap().contains("write a blank after each `,`"));
    }

    #[test]
    fn texts_of_several_lines_are_texts() {
        for file in [
            "Handle,Title,Body (HTML),Variant Price\nmug,Mug,\"Colours: red,blue\nSizes: S,M,L\",49\n",
            "Handle,Title,Body (HTML),Variant Price,Variant Inventory Qty\nshoe,Shoe,\"Sizes: 36,37,38\nWidths: F,G\",49,3\n",
            "Handle,Title,Body (HTML),Published,Variant Price\nlamp,Lamp,\"Bright, warm,\n\n10, 20, 30\",TRUE,49\n",
            "Handle,Title,Body (HTML),Published,Status\nlamp,Lamp,\"For the young, active\nand old\",TRUE,active\n",
            // Words of a column that stand in another line or far from that column.
            "Handle,Title,Body (HTML),Vendor,Tags,Published,Variant Price,SEO Title,Status\n\
             cup,Cup,\"Draft\nbeer glass, 0.5 l\",A,b,TRUE,5,x,active\n",
            "Handle,Title,Body (HTML),Vendor,Tags,Published,Variant Price,SEO Title,Status\n\
             tee,Tee,\"Casual,Gym,Active\nMade of cotton\",A,b,TRUE,5,x,active\n",
            "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Sizes 36,36.5,37\n40,40.5,41\",49\n",
            "Handle,Title,Variant Price,Body (HTML)\nshoe,Shoe,49,\"EU,half,UK,cm\n36,36.5,3,22.5\n37,37.5,4,23\"\n",
            "Handle,Title,Body (HTML)\nmug,Mug,\"Colours:\nRed,Red wine,Bordeaux\"\n",
            "Handle,Title,Body (HTML)\nmug,Mug,\"Colours:\nblue,blue grey,green\"\n",
            "Handle,Title,Body (HTML),Variant Price\nmug,Mug,\"Set of 2,3\nmug,saucer,spoon\",9\n",
            "Handle,Title,Body (HTML),Variant Price\nSHOE-1,Shoe,\"Sizes: 36, 37\nRed, Green, Blue\",49\n",
            // Sizes and colours, on separate lines.
            "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Sizes: 36,37,38\nred,green,blue\",49\n",
            "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Sizes: 36,37\nred,green,blue\",49\n",
            "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Sizes: 36,37\nRed,Green,Blue\",49\n",
            "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Width 10,20\nfor him,her,them\",49\n",
            "Handle,Title,Body (HTML),Variant Price\ntop,Top,\"Size,Chest,Waist\nS,90,70\nM,95,75\nL,100,80\",49\n",
            "Handle,Title,Variant Price,Body (HTML)\nshoe,Shoe,49,\"Sizes:\n36,37,38,39\n40,41,42,43\"\n",
            "Handle,Title,Body (HTML)\ncup,Cup,\"Colours:\nred,green,blue\nS,M,L\"\n",
            "Handle,Title,Body (HTML),Variant Price\nCup,Cup,\"<ul>\n<li>red, blue</li>\n<li>1,5 l, 2,5 l</li>\n</ul>\",49\n",
            "Handle;Title;Body (HTML);Variant Price\ncup;Cup;\"Farben: rot; blau\nMaße: 10; 20; 30\nund mehr\";9,90\n",
        ] {
            assert!(!refused(file), "{file}");
        }
    }
}
