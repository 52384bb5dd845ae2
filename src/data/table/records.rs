//! A text as rows of cells: which sign separates them, quotes, and rows as a spreadsheet counts them.

/// Breaks of lines, and characters, that a quoted cell may hold; behind more of them the quote is taken for a letter.
const QUOTED_LINES: usize = 12;
const QUOTED_BYTES: usize = 4096;
/// Quotes that turn out to be letters, before all others are taken for letters too: reading stays linear.
const STRAY_QUOTES: usize = 64;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// Nothing: each row is one cell.
    None,
    /// This character.
    Sign(char),
    /// Two blanks or more, or a tab.
    Gaps,
    /// Any blanks.
    Blanks,
}

impl Delimiter {
    /// All that are tried, those first that are seldom anything else.
    pub const ALL: [Delimiter; 9] = [
        Delimiter::Sign('\t'),
        Delimiter::Sign(';'),
        Delimiter::Sign('|'),
        Delimiter::Sign('；'),
        Delimiter::Sign(','),
        Delimiter::Sign('，'),
        Delimiter::Sign('、'),
        Delimiter::Gaps,
        Delimiter::Blanks,
    ];
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Its number, counted from 1 as a spreadsheet does: a cell with a break of lines in it is in one row.
    pub row: usize,
    /// Its cells, without blanks around them.
    pub cells: Vec<String>,
}

impl Record {
    /// Is there nothing in it?
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// A cell; nothing stands behind the last one.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    /// How many cells hold something.
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// What stands in it, for a message.
    pub fn text(&self) -> String {
        let filled: Vec<&str> =
            self.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        filled.join(" ")
    }
}

/// The sign that the first line `sep=;` names, as spreadsheets write it for each other, and the text behind that line. It is no
/// row of the table: a spreadsheet does not show it.
pub(super) fn announced(text: &str) -> (Option<char>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_matches([' ', '"', '\r', '\u{feff}']);
    let sign = first.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).map(|_| &first[4..]);
    match sign.map(|sign| sign.chars().collect::<Vec<_>>()).as_deref() {
        Some([sign]) => (Some(*sign), rest),
        Some([]) => (Some('\t'), rest),
        _ => (None, text),
    }
}

/// Cuts a text into rows and cells.
pub(super) fn split(text: &str, delimiter: Delimiter) -> Vec<Record> {
    let mut splitter =
        Splitter { delimiter, records: Vec::new(), cells: Vec::new(), cell: String::new(), strays: 0 };
    splitter.read(text);
    splitter.records
}

struct Splitter {
    delimiter: Delimiter,
    records: Vec<Record>,
    cells: Vec<String>,
    cell: String,
    strays: usize,
}

impl Splitter {
    fn read(&mut self, text: &str) {
        let mut place = 0;
        // Blanks since the last other character, where blanks separate.
        let mut blanks = 0;
        let mut has_tab = false;
        while let Some(c) = text[place..].chars().next() {
            let next = place + c.len_utf8();
            let is_blank = c == ' ' || c == '\t' || c == '\u{3000}';
            match self.delimiter {
                _ if c == '\n' => {
                    self.end_row();
                    (blanks, has_tab) = (0, false);
                    place = next;
                    continue;
                }
                Delimiter::Sign(sign) if c == sign => {
                    self.end_cell();
                    place = next;
                    continue;
                }
                Delimiter::Gaps | Delimiter::Blanks if is_blank => {
                    (blanks, has_tab) = (blanks + 1, has_tab || c == '\t');
                    place = next;
                    continue;
                }
                Delimiter::Gaps | Delimiter::Blanks if blanks > 0 => {
                    let separates = self.delimiter == Delimiter::Blanks || blanks > 1 || has_tab;
                    match (self.cell.is_empty(), separates) {
                        (true, _) => {}
                        (false, true) => self.end_cell(),
                        (false, false) => self.cell.push(' '),
                    }
                    (blanks, has_tab) = (0, false);
                }
                _ => {}
            }
            if c == '"' && self.cell.trim().is_empty() && self.strays < STRAY_QUOTES {
                match quoted(&text[next..]) {
                    Some((cell, length)) => {
                        self.cell = cell;
                        place = next + length;
                        continue;
                    }
                    None => self.strays += 1,
                }
            }
            self.cell.push(c);
            place = next;
        }
        if !self.cell.is_empty() || !self.cells.is_empty() {
            self.end_row();
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.cells.push(tidy(&cell));
    }

    fn end_row(&mut self) {
        if !self.cell.is_empty() || !self.cells.is_empty() {
            self.end_cell();
        }
        let row = self.records.len() + 1;
        self.records.push(Record { row, cells: std::mem::take(&mut self.cells) });
    }
}

/// What stands in quotes, up to the one that closes, and how many bytes that takes; nothing where none closes.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut cell = String::new();
    let mut lines = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        if c == '"' && chars.next_if(|(_, next)| *next == '"').is_none() {
            return Some((cell, place + 1));
        }
        lines += usize::from(c == '\n');
        if lines > QUOTED_LINES || place > QUOTED_BYTES {
            return None;
        }
        cell.push(c);
    }
    None
}

/// A cell without blanks and invisible characters around it, on one line; and what a spreadsheet writes as `="12"`, so that
/// its reader leaves the digits alone, as 12.
fn tidy(cell: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\0');
    let cell = cell.trim_matches(is_around);
    let cell = cell
        .strip_prefix("=\"")
        .and_then(|cell| cell.strip_suffix('"'))
        .unwrap_or(cell)
        .trim_matches(is_around);
    match cell.contains(['\n', '\t']) {
        true => cell.split_whitespace().collect::<Vec<_>>().join(" "),
        false => cell.to_owned(),
    }
}

/// The text itself, where each row stands in quotes as a whole (`"2024-01,131.5"`): without them.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let inner = |line: &str| {
        let line = line.trim_end();
        if line.is_empty() {
            return Some(String::new());
        }
        let inner = line.strip_prefix('"')?.strip_suffix('"')?;
        let is_whole = !inner.replace("\"\"", "").contains('"') && inner.contains([',', ';', '\t']);
        is_whole.then(|| inner.replace("\"\"", "\""))
    };
    let lines: Option<Vec<String>> = text.lines().map(inner).collect();
    lines.filter(|lines| lines.len() > 1).map(|lines| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, delimiter: Delimiter) -> Vec<(usize, Vec<String>)> {
        split(text, delimiter).into_iter().map(|record| (record.row, record.cells)).collect()
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let comma = Delimiter::Sign(',');
        assert_eq!(
            cells("a,\"two\nlines\"\n\n\"say \"\"x\"\"\", 2 ,\n", comma),
            [
                (1, vec!["a".into(), "two lines".into()]),
                (2, vec![]),
                (3, vec!["say \"x\"".into(), "2".into(), String::new()][..2].to_vec()),
            ]
            .map(|(row, cells)| (row, if row == 3 { [cells, vec![String::new()]].concat() } else { cells }))
        );
        assert_eq!(announced("sep=;\na;1"), (Some(';'), "a;1"));
        assert_eq!(announced("\"sep=,\"\na,1"), (Some(','), "a,1"));
        assert_eq!(announced("separate\n1"), (None, "separate\n1"));
    }

    #[test]
    fn a_quote_that_nothing_closes_is_a_letter() {
        let found = cells("a,\"1\nb,2\n", Delimiter::Sign(','));
        assert_eq!(found, [(1, vec!["a".into(), "\"1".into()]), (2, vec!["b".into(), "2".into()])]);
        let many = "\"x,".repeat(10_000);
        assert_eq!(split(&many, Delimiter::Sign(';')).len(), 1);
    }

    #[test]
    fn blanks_separate_as_they_stand() {
        assert_eq!(cells(" 1949-01   1 234,5 ", Delimiter::Gaps)[0].1, ["1949-01", "1 234,5"]);
        assert_eq!(cells("1949-01 \t 112 x", Delimiter::Blanks)[0].1, ["1949-01", "112", "x"]);
        assert_eq!(cells("a;=\"0012\"", Delimiter::Sign(';'))[0].1, ["a", "0012"]);
        assert_eq!(unquoted("\"a,1\"\n\"b,2\"\n").as_deref(), Some("a,1\nb,2"));
        assert_eq!(unquoted("\"a\",\"1\"\n\"b\",\"2\"\n"), None);
    }
}
