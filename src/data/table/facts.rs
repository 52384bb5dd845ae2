//! What is said of a table that has been read, what its reader is asked, and what was answered.

use serde::{Deserialize, Serialize};

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Is `147,100` one number, or a label and a value? Answers: [`WHOLE`], [`APART`].
    Split,
    /// Which column has the values? The answer is its number in the file, counted from 1.
    Column,
    /// Is `1,234` a thousand and more, or one and a fraction? Answers: [`POINT`], [`COMMA`].
    Decimal,
    /// Is 03/04/2024 in April or in March? Answers: [`YEAR_FIRST`], [`DAY_FIRST`], [`MONTH_FIRST`].
    Dates,
    /// What becomes of rows without a value? Answers: [`LEFT_OUT`], [`BETWEEN`].
    Holes,
}

/// A row is one number.
pub const WHOLE: u32 = 0;
/// A row is a label and a value.
pub const APART: u32 = 1;
/// A point stands before the fraction.
pub const POINT: u32 = 0;
/// A comma does.
pub const COMMA: u32 = 1;
/// Year, month, day.
pub const YEAR_FIRST: u32 = 0;
/// Day, month, year.
pub const DAY_FIRST: u32 = 1;
/// Month, day, year.
pub const MONTH_FIRST: u32 = 2;
/// Rows without a value are left out.
pub const LEFT_OUT: u32 = 0;
/// They get what lies between their neighbours' values.
pub const BETWEEN: u32 = 1;

impl Topic {
    /// All of them.
    pub const ALL: [Topic; 5] = [Topic::Split, Topic::Column, Topic::Decimal, Topic::Dates, Topic::Holes];

    /// Its name in catalogues and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Split => "split",
            Topic::Column => "column",
            Topic::Decimal => "decimal",
            Topic::Dates => "dates",
            Topic::Holes => "holes",
        }
    }

    /// The names of its answers, by number; none for columns, which are numbers already.
    pub fn answers(self) -> &'static [&'static str] {
        match self {
            Topic::Split => &["whole", "apart"],
            Topic::Column => &[],
            Topic::Decimal => &["point", "comma"],
            Topic::Dates => &["year_first", "day_first", "month_first"],
            Topic::Holes => &["left_out", "between"],
        }
    }
}

/// What the reader has answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChoices(Vec<(Topic, u32)>);

impl TableChoices {
    /// The answer to a question, if one was given that there is.
    pub fn get(&self, topic: Topic) -> Option<u32> {
        let answers = topic.answers();
        let is_one = |answer: &u32| answers.is_empty() || (*answer as usize) < answers.len();
        self.0.iter().find(|(own, _)| *own == topic).map(|(_, answer)| *answer).filter(is_one)
    }

    /// These, and one more answer.
    #[must_use]
    pub fn with(&self, topic: Topic, answer: u32) -> Self {
        let others = self.0.iter().copied().filter(|(own, _)| *own != topic);
        TableChoices(others.chain([(topic, answer)]).collect())
    }
}

/// Something that was left out, or done, so that the table could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Rows above the table.
    Title,
    /// Rows below it.
    Footer,
    /// Rows inside it that are no part of it: headings, sums.
    Inside,
    /// Rows inside it without anything in them.
    Blank,
    /// Rows at its beginning without a value.
    MissingFirst,
    /// Rows at its end without a value.
    MissingLast,
    /// Rows inside it without a value, left out.
    HolesLeft,
    /// Rows inside it without a value, which got one between their neighbours.
    HolesFilled,
    /// Signs of footnotes behind numbers.
    Marks,
    /// Newest stood first: the rows were turned.
    Turned,
    /// The rows were put into the order of their dates.
    Sorted,
    /// The dates neither rise nor fall, and some stand twice: the rows stay as they are.
    Unordered,
    /// Series stand in rows: the table was turned on its side.
    Across,
    /// Months stand beside each other: the rows were put one behind another.
    Months,
}

impl What {
    /// All of them.
    pub const ALL: [What; 14] = [
        What::Title,
        What::Footer,
        What::Inside,
        What::Blank,
        What::MissingFirst,
        What::MissingLast,
        What::HolesLeft,
        What::HolesFilled,
        What::Marks,
        What::Turned,
        What::Sorted,
        What::Unordered,
        What::Across,
        What::Months,
    ];

    /// Its name in the catalogues.
    pub fn name(self) -> &'static str {
        match self {
            What::Title => "title",
            What::Footer => "footer",
            What::Inside => "inside",
            What::Blank => "blank",
            What::MissingFirst => "missing_first",
            What::MissingLast => "missing_last",
            What::HolesLeft => "holes_left",
            What::HolesFilled => "holes_filled",
            What::Marks => "marks",
            What::Turned => "turned",
            What::Sorted => "sorted",
            What::Unordered => "unordered",
            What::Across => "across",
            What::Months => "months",
        }
    }
}

/// One thing to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub what: What,
    /// Its first row as a spreadsheet counts it; 0 where it is about all.
    pub row: usize,
    /// Its last row.
    pub last: usize,
    /// How many rows it is about.
    pub count: usize,
    /// What stands in the first one, cut to a readable length.
    pub text: String,
}

/// One answer that the reader may give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The answer.
    pub answer: u32,
    /// The name of a column; empty otherwise, for the catalogue has it.
    pub name: String,
    /// What it would come to: cells and what they would mean.
    pub examples: Vec<String>,
    /// The values, from 0 at the least to 1 at the greatest; empty where there is no picture.
    pub picture: Vec<f32>,
}

/// A question to the reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// About what.
    pub topic: Topic,
    /// The answers.
    pub offers: Vec<Offer>,
    /// The answer by which the table has been read.
    pub taken: u32,
    /// Did the reader give it? Otherwise it is a guess, and the reader should be asked.
    pub is_answered: bool,
}

/// What is said of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableFacts {
    /// What was left out or done.
    pub told: Vec<Told>,
    /// What fits in more than one way.
    pub questions: Vec<Question>,
}

impl TableFacts {
    /// Must the reader be asked before the series is used?
    pub fn is_open(&self) -> bool {
        self.questions.iter().any(|question| !question.is_answered)
    }
}
