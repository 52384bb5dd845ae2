//! Settings with their types, as lessons declare and read them.
//!
//! Declarations are statics, so that what is wrong with one does not compile: a preset that is no value of its setting,
//! a condition on a word that the other setting does not have.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::setting::{real, short, whole};
use super::{Condition, Form, Group, Kind, Misfit, Setting, Value};

/// A setting of which all is said but what values it takes.
#[derive(Debug, Clone, Copy)]
pub struct Outline {
    key: &'static str,
    group: Group,
    live: bool,
    only_when: Option<Condition>,
}

/// Begins the declaration of a setting; see [`Setting::key`] and [`Setting::group`].
pub const fn declare(group: Group, key: &'static str) -> Outline {
    Outline { key, group, live: false, only_when: None }
}

impl Outline {
    /// It may change while a run goes on.
    pub const fn live(self) -> Self {
        Outline { live: true, ..self }
    }

    /// It means something only where `condition` holds.
    pub const fn only_when(self, condition: Condition) -> Self {
        Outline { only_when: Some(condition), ..self }
    }

    /// One of the words of `table`.
    ///
    /// # Panics
    /// If `preset` is none of them: a static does not compile.
    pub const fn choice<T: Copy, const N: usize>(
        self,
        preset: &'static str,
        table: &'static Table<T, N>,
    ) -> Choice<T> {
        let setting = self.with(Kind::Choice(table.words()), Value::Choice(preset));
        let rows = table.rows.split_at(table.count).0;
        Choice { setting, rows, preset: rows[place(rows, preset)].1 }
    }

    /// `on` or `off`.
    pub const fn switch(self, preset: bool) -> Choice<bool> {
        self.choice(if preset { "on" } else { "off" }, &SWITCH)
    }

    /// A whole number inside these bounds.
    ///
    /// # Panics
    /// If `preset` is outside of them: a static does not compile.
    pub const fn integer(self, preset: u32, bounds: RangeInclusive<u32>) -> Integer {
        let (min, max) = (*bounds.start(), *bounds.end());
        assert!(min <= preset && preset <= max, "the preset is out of bounds");
        Integer { setting: self.with(Kind::Integer { min, max }, Value::Integer(preset)), preset, min, max }
    }

    /// A real number inside these bounds; the control offers the values of `ladder`.
    ///
    /// # Panics
    /// If `preset` is out of bounds: a static does not compile.
    pub const fn real(self, preset: f64, bounds: RangeInclusive<f64>, ladder: &'static [f64]) -> Real {
        let (min, max) = (*bounds.start(), *bounds.end());
        assert!(min <= preset && preset <= max, "the preset is out of bounds");
        Real { setting: self.with(Kind::Real { min, max, ladder }, Value::Real(preset)), preset, min, max }
    }

    /// Words of the reader's own, at most `limit` characters.
    ///
    /// # Panics
    /// If `preset` has more bytes than that: a static does not compile.
    pub const fn text(self, preset: &'static str, limit: usize) -> Text {
        assert!(preset.len() <= limit, "the preset is too long");
        let setting = self.with(Kind::Text { limit }, Value::Text(Cow::Borrowed(preset)));
        Text { setting, preset, limit }
    }

    const fn with(self, kind: Kind, preset: Value) -> Setting {
        let Outline { key, group, live, only_when } = self;
        Setting { key, kind, preset, live, only_when, group }
    }
}

/// The words of a choice, and what each of them means; [`table`] makes it.
#[derive(Debug)]
pub struct Table<T, const N: usize> {
    rows: [(&'static str, T); N],
    words: [&'static str; N],
    /// Rows that are in use.
    count: usize,
}

impl<T, const N: usize> Table<T, N> {
    /// Only the first `count` rows, for a static can't leave others out.
    pub const fn first(self, count: usize) -> Self
    where
        T: Copy,
    {
        Table { count, ..self }
    }

    /// The words, in the order of the control.
    pub const fn words(&self) -> &[&'static str] {
        self.words.split_at(self.count).0
    }
}

/// What each word of a choice means. The rows stand in the order of the control.
pub const fn table<T: Copy, const N: usize>(rows: [(&'static str, T); N]) -> Table<T, N> {
    let mut words = [""; N];
    let mut index = 0;
    while index < N {
        words[index] = rows[index].0;
        index += 1;
    }
    Table { rows, words, count: N }
}

static SWITCH: Table<bool, 2> = table([("on", true), ("off", false)]);

/// A setting that is one of a few words, each of which means a `T`. Where that needs other settings, `T` is a function of
/// the form.
#[derive(Debug)]
pub struct Choice<T: 'static> {
    /// The declaration.
    pub setting: Setting,
    rows: &'static [(&'static str, T)],
    preset: T,
}

impl<T: Copy> Choice<T> {
    /// The words in the order of the control, and what each of them means.
    pub fn rows(&self) -> &'static [(&'static str, T)] {
        self.rows
    }

    /// What the word in `form` means.
    pub fn read(&self, form: &Form) -> T {
        let row = |text: &str| self.rows.iter().find(|(word, _)| *word == text.trim());
        form.value(&self.setting, |text| row(text).map(|row| row.1).ok_or(Misfit::Unreadable), self.preset)
    }

    /// This setting has one of these words.
    ///
    /// # Panics
    /// If one of them is no word of this setting, or there is none, or if this setting has a condition itself
    /// ([`Form::is_relevant`] does not follow chains): a static does not compile.
    pub const fn is(&'static self, words: &'static [&'static str]) -> Condition {
        assert!(!words.is_empty() && self.setting.only_when.is_none(), "this can be no condition");
        let mut index = 0;
        while index < words.len() {
            place(self.rows, words[index]);
            index += 1;
        }
        Condition { setting: &self.setting, words }
    }
}

/// A setting that is a whole number.
#[derive(Debug)]
pub struct Integer {
    /// The declaration.
    pub setting: Setting,
    preset: u32,
    min: u32,
    max: u32,
}

impl Integer {
    /// The number in `form`. No `usize` that we compile for is shorter than 32 bits.
    pub fn read(&self, form: &Form) -> usize {
        form.value(&self.setting, |text| whole(self.min, self.max, text), self.preset) as usize
    }

    /// The number in `form`, where 0 stands for none.
    pub fn unless_zero(&self, form: &Form) -> Option<usize> {
        Some(self.read(form)).filter(|number| *number != 0)
    }

    /// The number in `form`, as seeds are.
    pub fn seed(&self, form: &Form) -> u64 {
        self.read(form) as u64
    }
}

/// A setting that is a real number.
#[derive(Debug)]
pub struct Real {
    /// The declaration.
    pub setting: Setting,
    preset: f64,
    min: f64,
    max: f64,
}

impl Real {
    /// The number in `form`.
    pub fn read(&self, form: &Form) -> f64 {
        form.value(&self.setting, |text| real(self.min, self.max, text), self.preset)
    }

    /// The number in `form`, where 0 stands for none.
    pub fn unless_zero(&self, form: &Form) -> Option<f64> {
        Some(self.read(form)).filter(|number| *number != 0.0)
    }
}

/// A setting that is a text of the reader's own.
#[derive(Debug)]
pub struct Text {
    /// The declaration.
    pub setting: Setting,
    preset: &'static str,
    limit: usize,
}

impl Text {
    /// The text in `form`.
    pub fn read(&self, form: &Form) -> String {
        form.value(&self.setting, |text| short(self.limit, text), self.preset.to_owned())
    }
}

/// Where the row of `word` stands.
const fn place<T>(rows: &[(&str, T)], word: &str) -> usize {
    let mut index = 0;
    while index < rows.len() {
        if is_equal(rows[index].0.as_bytes(), word.as_bytes()) {
            return index;
        }
        index += 1;
    }
    panic!("the setting has no such word")
}

/// `==`, which a static can't call yet.
const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}
