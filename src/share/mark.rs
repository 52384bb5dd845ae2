//! Marks: short texts by which two things are known to be the same.

use crate::data::Data;
use crate::lesson::Lesson;
use crate::settings::{Form, Group};

/// Characters of a mark.
pub(super) const LENGTH: usize = 6;
/// No two of them differ in their case alone, or look alike.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Takes a mark of what it is fed: 64-bit FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>). Nobody is kept
/// from making two things with the same mark; it only tells what happens to a link by chance.
pub struct Marker(u64);

impl Default for Marker {
    fn default() -> Self {
        Marker(0xcbf2_9ce4_8422_2325)
    }
}

impl Marker {
    /// Takes in bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Takes in a text, so that two texts are never the same as one of both.
    pub(super) fn text(&mut self, text: &str) {
        self.feed(text.as_bytes());
        self.feed(&[0xff]);
    }

    fn texts(&mut self, texts: &[String]) {
        texts.iter().for_each(|text| self.text(text));
        self.feed(&[0xfe]);
    }

    fn place(&mut self, place: usize) {
        self.feed(&(place as u64).to_le_bytes());
    }

    /// The mark of all that was fed: thirty bits.
    pub fn mark(&self) -> String {
        let folded = self.0 ^ self.0 >> 32;
        let digit = |place: usize| DIGITS[(folded >> (5 * place)) as usize % DIGITS.len()];
        (0..LENGTH).map(|place| char::from(digit(place))).collect()
    }
}

/// What weights belong to: the lesson, those of its settings that say what its model is and what it reads, as far as they
/// differ from the preset, and the data of the reader's own. Not how it was trained: weights mean the same whatever the
/// learning rate was; and no setting that may change while a run goes on.
pub fn of_model(lesson: &Lesson, form: &Form, data: Option<&Data>) -> String {
    let mut marker = Marker::default();
    marker.text(lesson.id);
    let says_what_it_is = |group| matches!(group, Group::Data | Group::Vocabulary | Group::Model);
    let settings: Vec<_> = lesson.settings.to_vec();
    for (key, value) in form.changed(&settings) {
        if settings
            .iter()
            .any(|setting| setting.key == key && !setting.live && says_what_it_is(setting.group))
        {
            marker.text(key);
            marker.text(&value);
        }
    }
    if let Some(data) = data {
        marker.text(&of_data(data));
    }
    marker.mark()
}

/// Which data it is, whatever it is called and however it is written.
pub fn of_data(data: &Data) -> String {
    let mut marker = Marker::default();
    marker.text(data.kind().id);
    match data {
        Data::Series(series) => {
            marker.texts(&series.labels);
            for column in &series.columns {
                marker.text(&column.name);
                column.values.iter().for_each(|value| marker.feed(&value.to_le_bytes()));
            }
        }
        Data::Sentences(own) => {
            marker.texts(&own.labels);
            for sentence in &own.sentences {
                marker.place(sentence.label);
                marker.texts(&sentence.tokens);
            }
        }
        Data::Tagged(own) => {
            marker.texts(&own.tags);
            for sentence in &own.sentences {
                marker.texts(&sentence.tokens);
                sentence.tags.iter().for_each(|tag| marker.place(*tag));
            }
        }
        Data::Pairs(own) => {
            for pair in &own.pairs {
                marker.texts(&pair.source);
                marker.texts(&pair.target);
            }
        }
        Data::Text(own) => marker.text(&own.id),
    }
    marker.mark()
}

/// Which text it is.
pub fn of_text(text: &str) -> String {
    let mut marker = Marker::default();
    marker.text(text);
    marker.mark()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Series;
    use crate::lessons::airline::{LESSON, passengers};

    fn mark(pairs: &[(&str, &str)], data: Option<&Data>) -> String {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        of_model(&LESSON, &form, data)
    }

    #[test]
    fn weights_belong_to_what_the_model_is_and_reads_and_not_to_how_it_was_trained() {
        let preset = mark(&[], None);
        for same in
            [("learning_rate", "0.5"), ("epochs", "7"), ("seed", "9"), ("horizon", "3"), ("speed", "100")]
        {
            assert_eq!(mark(&[same], None), preset, "{same:?}");
        }
        for other in [("cell", "gru"), ("hidden_size", "11"), ("window", "5"), ("scaling", "standard")] {
            assert_ne!(mark(&[other], None), preset, "{other:?}");
        }
        let mut series = passengers();
        let own = Data::Series(series.clone());
        series.columns[0].values[3] += 1.0;
        let other = Data::Series(series);
        let marks = [preset, mark(&[], Some(&own)), mark(&[], Some(&other))];
        assert!(marks[0] != marks[1] && marks[1] != marks[2]);
        assert_eq!(marks[1].len(), LENGTH);
    }

    #[test]
    fn data_is_told_apart_by_where_its_parts_end() {
        let of = |labels: [&str; 2]| {
            of_data(&Data::Series(Series::single(labels.map(str::to_owned).into(), vec![1.0, 2.0])))
        };
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
        assert_eq!(of(["ab", "c"]), of(["ab", "c"]));
    }
}
