//! From what is on the screen and what the sender chose to the link.

use std::collections::BTreeSet;

use unroll::data::Data;
use unroll::lesson::Lang;
use unroll::lesson::Lesson;
use unroll::protocol::Engine;
use unroll::protocol::Precision;
use unroll::settings::Form;
use unroll::share::{Link, LinkText, Panel, QUERY_LIMIT};

use super::reach::Reach;
use crate::state::Packed;

/// What is shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The lesson's id is in the link, its declarations say what differs from the preset.
    pub lesson: &'static Lesson,
    /// The present settings.
    pub form: Form,
    /// The reader's own data.
    pub data: Option<Data>,
    /// The reader's own text.
    pub text: Option<LinkText>,
    /// The engine that trained.
    pub engine: Option<Engine>,
    /// The weights of the present run, once the engine has packed them.
    pub packed: Option<Packed>,
}

/// What the sender chose in the dialog.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Trained weights at this precision, or settings only.
    pub weights: Option<Precision>,
    /// What the receiver does not see.
    pub hide: BTreeSet<Panel>,
    /// The receiver's language; their own with none.
    pub lang: Option<Lang>,
    /// A few words to the receiver.
    pub note: String,
    /// Large type, little around it.
    pub present: bool,
    /// With `?` in the place of `#`, where some chats cut a link.
    pub as_query: bool,
}

/// What became of the weights that were asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// Settings only, as chosen.
    NotAsked,
    /// The engine is still packing them.
    Awaited,
    /// They are in the link.
    Carried,
    /// With them the link would have so many characters, more than travel anywhere; they were left out.
    TooLong(usize),
    /// The data is too long for a link, and weights mean nothing without it.
    WithoutData,
}

/// A link ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The whole address.
    pub address: String,
    /// The address for a frame in somebody's slides.
    pub embed_address: String,
    /// What became of the weights.
    pub weights: Fate,
    /// Is the reader's own data or text in the link? None if there is none.
    pub data: Option<bool>,
    /// With `?` it would have so many characters from there on, more than servers take; it has its `#`.
    pub too_long_a_query: Option<usize>,
}

impl Offer {
    /// Characters of the address.
    pub fn length(&self) -> usize {
        self.address.len()
    }
}

/// The link to `subject` as `draft` asks for it, at the page's address `base` (without `?` and `#`).
pub fn offer(base: &str, subject: &Subject, draft: &Draft) -> Offer {
    let mut link = Link::new(subject.lesson);
    link.form = subject.form.clone();
    link.data = subject.data.clone();
    link.lang = draft.lang;
    link.note = Some(draft.note.trim().to_owned()).filter(|note| !note.is_empty());
    link.hide = draft.hide.clone();
    link.present = draft.present;
    link.text = subject.text.clone();
    let data = match (&link.data, &link.text) {
        (Some(_), _) => Some(link.data_payload().is_some()),
        (None, Some(_)) => Some(link.text_payload().is_some()),
        (None, None) => None,
    };

    let packed = subject.packed.as_ref().filter(|packed| Some(packed.precision) == draft.weights);
    let weights = match packed {
        _ if draft.weights.is_none() => Fate::NotAsked,
        _ if data == Some(false) => Fate::WithoutData,
        None => Fate::Awaited,
        Some(packed) => {
            link.weights = Some(packed.payload.clone());
            link.made = subject.engine;
            let length = base.len() + link.to_fragment().len();
            if Reach::of(length) == Reach::Nowhere || draft.as_query && link.to_query().len() > QUERY_LIMIT {
                link.weights = None;
                link.made = None;
                Fate::TooLong(length)
            } else {
                Fate::Carried
            }
        }
    };
    let query = Some(link.to_query()).filter(|_| draft.as_query);
    let too_long_a_query = query.as_ref().map(String::len).filter(|length| *length > QUERY_LIMIT);
    let written = query.filter(|_| too_long_a_query.is_none()).unwrap_or_else(|| link.to_fragment());
    let address = format!("{base}{written}");
    link.embed = true;
    link.present = false;
    let embed_address = format!("{base}{}", link.to_fragment());
    Offer { address, embed_address, weights, data, too_long_a_query }
}

#[cfg(test)]
mod tests {
    use unroll::data::Series;
    use unroll::lessons::airline::LESSON;

    use unroll::lessons::LESSONS;

    use super::*;

    const BASE: &str = "https://example.org/unroll/";

    fn subject() -> Subject {
        let (form, _) = Form::read(&LESSON.all_settings(), [("cell", "gru"), ("seed", "7")]);
        Subject { lesson: &LESSON, form, data: None, text: None, engine: Some(Engine::Cpu), packed: None }
    }

    fn packed(precision: Precision, characters: usize) -> Packed {
        Packed { run: 1, step: 500, precision, payload: "w".repeat(characters), deviation: 0.1 }
    }

    fn read(address: &str) -> Link {
        let fragment = address.strip_prefix(BASE).unwrap();
        let (link, notes) = Link::parse(fragment, "", &LESSONS);
        assert_eq!(notes, [], "{address}");
        link
    }

    #[test]
    fn the_link_says_what_the_sender_chose() {
        let draft = Draft {
            hide: [Panel::Story, Panel::Data].into(),
            lang: Some(Lang::Zh),
            note: "  看看损失曲线  ".into(),
            present: true,
            ..Draft::default()
        };
        let offer = offer(BASE, &subject(), &draft);
        assert_eq!(offer.weights, Fate::NotAsked);
        assert_eq!(offer.data, None);
        let link = read(&offer.address);
        assert_eq!(link.form, subject().form);
        assert_eq!((link.hide, link.lang, link.present, link.embed), (draft.hide, draft.lang, true, false));
        assert_eq!(link.note.as_deref(), Some("看看损失曲线"));
        let embedded = read(&offer.embed_address);
        assert!(embedded.embed && !embedded.present);
    }

    #[test]
    fn weights_go_along_once_they_are_packed_as_chosen() {
        let draft = Draft { weights: Some(Precision::Byte), ..Draft::default() };
        let mut subject = subject();
        assert_eq!(offer(BASE, &subject, &draft).weights, Fate::Awaited);
        subject.packed = Some(packed(Precision::Half, 3_000));
        assert_eq!(offer(BASE, &subject, &draft).weights, Fate::Awaited, "of the other precision");
        subject.packed = Some(packed(Precision::Byte, 1_500));
        let found = offer(BASE, &subject, &draft);
        assert_eq!(found.weights, Fate::Carried);
        assert!(found.length() > 1_500 && found.address.contains("&made=cpu&w=www"), "{}", found.address);
    }

    #[test]
    fn a_link_for_chats_that_cut_at_the_sign_is_as_long_as_servers_take() {
        let mut subject = subject();
        let draft = Draft { as_query: true, weights: Some(Precision::Byte), ..Draft::default() };
        subject.packed = Some(packed(Precision::Byte, 1_500));
        let found = offer(BASE, &subject, &draft);
        let query = found.address.strip_prefix("https://example.org/unroll/?lesson=airline&").unwrap();
        assert!(
            query.contains("&w=www") && found.weights == Fate::Carried && !query.contains('#'),
            "{query}"
        );
        assert!(found.embed_address.contains("#/airline?"), "no chat is between a frame and its page");

        subject.packed = Some(packed(Precision::Byte, 4_500));
        let found = offer(BASE, &subject, &draft);
        assert!(matches!(found.weights, Fate::TooLong(_)) && found.too_long_a_query.is_none());
        assert!(found.address.contains("/?lesson=airline&") && !found.address.contains("&w="));

        let note = "看".repeat(500);
        let found = offer(BASE, &subject, &Draft { note, ..draft });
        assert!(found.too_long_a_query.is_some_and(|length| length > QUERY_LIMIT));
        assert!(found.address.contains("/#/airline?"), "{}", found.address);
    }

    #[test]
    fn weights_too_long_for_any_channel_are_left_out_and_said_to_be() {
        let mut subject = subject();
        subject.packed = Some(packed(Precision::Half, 12_650));
        let draft = Draft { weights: Some(Precision::Half), ..Draft::default() };
        let found = offer(BASE, &subject, &draft);
        assert!(matches!(found.weights, Fate::TooLong(length) if length > 12_650), "{:?}", found.weights);
        assert!(found.length() < 200, "{}", found.address);
    }

    #[test]
    fn a_short_series_goes_along_and_a_long_one_says_that_it_does_not() {
        let series = |count: usize| {
            let values = (0..count).map(|row| (row as f64 * 0.37).sin() * 1_000.0).collect();
            Data::Series(Series::single((1..=count).map(|row| row.to_string()).collect(), values))
        };
        let mut subject = subject();
        subject.data = Some(series(48));
        let found = offer(BASE, &subject, &Draft::default());
        assert_eq!(found.data, Some(true));
        assert_eq!(read(&found.address).data, subject.data);

        subject.data = Some(series(5_000));
        subject.packed = Some(packed(Precision::Byte, 1_500));
        let draft = Draft { weights: Some(Precision::Byte), ..Draft::default() };
        let found = offer(BASE, &subject, &draft);
        assert_eq!((found.data, found.weights), (Some(false), Fate::WithoutData));
        assert!(!found.address.contains("&w="));
    }
}
