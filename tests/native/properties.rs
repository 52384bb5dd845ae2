//! What holds for any input: links, weights, series, windows and scales, with inputs drawn at random.

use proptest::prelude::*;
use proptest::sample::Index;
use unroll::data::{Column, Data, Scaler, Sentences, Series, Windows, kinds};
use unroll::lesson::{Lang, Lesson};
use unroll::lessons::LESSONS;
use unroll::lessons::airline::{AirlineConfig, Dataset, LESSON, baselines, passengers};
use unroll::protocol::Engine;
use unroll::protocol::Precision;
use unroll::settings::{Condition, Form, Kind, Setting};
use unroll::share::{Link, LinkNote, LinkText, Panel, weights};
use unroll::text::{Choices, Reading, Source, reader};

/// Any permitted value of a setting, as links write it.
fn text_of(setting: &'static Setting) -> BoxedStrategy<String> {
    match setting.kind {
        Kind::Choice(words) => prop::sample::select(words).prop_map(str::to_owned).boxed(),
        Kind::Integer { min, max } => {
            prop_oneof![min..=max, Just(min), Just(max)].prop_map(|number| number.to_string()).boxed()
        }
        Kind::Text { .. } => "[^\\p{Cc}]{0,40}".boxed(),
        Kind::Real { min, max, ladder } => {
            prop_oneof![min..=max, prop::sample::select(ladder), Just(min), Just(max)]
                .prop_map(|number| number.to_string())
                .boxed()
        }
    }
}

fn any_lesson() -> impl Strategy<Value = &'static Lesson> {
    prop::sample::select(LESSONS.to_vec())
}

fn any_form(lesson: &'static Lesson) -> impl Strategy<Value = Form> {
    let settings = lesson.all_settings();
    let texts: Vec<_> = settings.iter().map(|setting| text_of(setting)).collect();
    texts.prop_map(move |texts| {
        let pairs = settings.iter().zip(&texts).map(|(setting, text)| (setting.key, text.as_str()));
        let (form, notes) = Form::read(&settings, pairs);
        assert_eq!(notes, []);
        form
    })
}

/// Labels and values as a file may hold them, with the separators of other dialects inside.
fn any_series(length: std::ops::Range<usize>) -> impl Strategy<Value = Series> {
    let label = "[a-z0-9月,;\"'#&=%.-][a-z0-9月,;\"' \t#&=%.-]{0,8}[a-z月,;\"-]";
    let value = prop_oneof![-1e9..1e9, -1e100..1e100, (-1000..1000_i32).prop_map(f64::from)];
    let labelled = (any::<bool>(), prop::collection::vec((label, value), length));
    labelled.prop_filter_map("constant", |(named, rows)| {
        let (labels, values): (Vec<String>, Vec<f64>) = rows.into_iter().unzip();
        let count = |index: usize| (index + 1).to_string();
        let labels = if named { labels } else { (0..values.len()).map(count).collect() };
        values.iter().any(|value| *value != values[0]).then(|| Series::single(labels, values))
    })
}

/// Several columns under names that hold what other dialects have between cells.
fn any_table(length: std::ops::Range<usize>) -> impl Strategy<Value = Series> {
    let name = "[a-z月,;\"'#&=%][a-z0-9月,;\"' \t#&=%.-]{0,8}[a-z月,;\"-]";
    let column = (name, -1e9..1e9);
    (any_series(length), prop::collection::vec(column, 0..4)).prop_map(|(mut series, more)| {
        let first = series.values().to_vec();
        series.columns.extend(more.into_iter().map(|(name, offset)| Column {
            name,
            values: first.iter().map(|value| value + offset).collect(),
        }));
        series
    })
}

/// Labels and tokens of any characters that are no blanks.
fn any_sentences() -> impl Strategy<Value = Sentences> {
    let sentence = ("[^\\s\\p{Cc}]{1,4}", prop::collection::vec("[^\\s\\p{Cc}]{1,6}", 1..6));
    prop::collection::vec(sentence, 2..8).prop_filter_map("two labels", |rows| {
        let rows = rows.into_iter().zip(1..).map(|((label, tokens), row)| (row, label, tokens));
        Sentences::new(rows.collect()).ok()
    })
}

/// A link of any lesson, with all that it may carry.
pub fn any_link() -> impl Strategy<Value = Link> {
    let look = (
        prop::option::of(prop::sample::select(vec![Lang::Zh, Lang::En])),
        prop::option::of("[^\\p{Cc}]{1,60}"),
        any::<bool>(),
        any::<bool>(),
        prop::collection::btree_set(prop::sample::select(Panel::ALL.to_vec()), 0..4),
    );
    let carried = (
        prop::option::of((any_table(2..40), any_sentences())),
        prop::option::of(prop::collection::vec(-3.0_f32..3.0, 1..300)),
        prop::option::of(prop::sample::select(vec![Engine::Cpu, Engine::Webgpu])),
        prop::option::of("\\PC{0,200}"),
    );
    let lesson = any_lesson().prop_flat_map(|lesson| (Just(lesson), any_form(lesson)));
    (lesson, look, carried).prop_map(|((lesson, form), (lang, note, embed, present, hide), carried)| {
        let (data, numbers, made, text) = carried;
        // A lesson has its own kind of data.
        let takes = |kind| lesson.takes == Some(kind);
        let data = data.map(|(series, sentences)| [Data::Series(series), Data::Sentences(sentences)]);
        let data = data.into_iter().flatten().find(|data| takes(data.kind()));
        let text = text.filter(|_| takes(&kinds::TEXT)).map(LinkText::Whole);
        let model = lesson.needs_corpus().then(|| "https://example.org/模型.safetensors?a=1&b".to_owned());
        let owner = weights::owner(lesson, &form, data.as_ref());
        let payload = numbers.and_then(|numbers| weights::pack(&[&numbers], Precision::Half, &owner));
        let made = made.filter(|_| payload.is_some());
        Link { lesson, form, data, text, model, weights: payload, made, lang, note, embed, present, hide }
    })
}

/// The settings of a link that differ from its lesson's preset.
pub fn changed(link: &Link) -> Vec<(&'static str, String)> {
    link.form.changed(&link.lesson.all_settings())
}

#[test]
fn every_choice_and_every_step_of_a_control_survives_the_link() {
    for lesson in LESSONS {
        for setting in lesson.all_settings() {
            let texts: Vec<String> = match setting.kind {
                Kind::Choice(words) => words.iter().map(ToString::to_string).collect(),
                Kind::Integer { min, max } => vec![min.to_string(), max.to_string()],
                Kind::Real { ladder, .. } => ladder.iter().map(ToString::to_string).collect(),
                Kind::Text { .. } => vec!["小满说：“听，".into(), "a & b = c # d".into()],
            };
            for text in texts {
                let mut link = Link::new(lesson);
                if let Some(Condition { setting, words }) = setting.only_when {
                    link.form.write(setting, words[0]);
                }
                assert_eq!(link.form.write(setting, &text), None);
                for address in [(link.to_fragment(), String::new()), {
                    let fragment = link.to_fragment();
                    let (_, pairs) = fragment.split_once('?').unwrap();
                    (String::new(), format!("?lesson={}&{pairs}", lesson.id))
                }] {
                    let (again, notes) = Link::parse(&address.0, &address.1, &LESSONS);
                    assert_eq!(notes, [], "{address:?}");
                    assert_eq!(again.form.get(setting).to_string(), text, "{address:?}");
                    assert_eq!(changed(&again), changed(&link));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_link_survives_the_round_trip(link in any_link()) {
        let text = link.to_fragment();
        prop_assert!(text.is_ascii());
        let (again, notes) = Link::parse(&text, "", &LESSONS);
        prop_assert_eq!(again.lesson.id, link.lesson.id);
        prop_assert_eq!(&again.model, &link.model);
        prop_assert_eq!(changed(&again), changed(&link));
        prop_assert_eq!(&again.note, &link.note);
        prop_assert_eq!((again.lang, again.embed, again.present), (link.lang, link.embed, link.present));
        prop_assert_eq!(&again.hide, &link.hide);
        prop_assert_eq!(again.to_fragment(), text);
        if link.data.is_some() && link.data_payload().is_none() {
            prop_assert_eq!(notes, vec![LinkNote::DataLeftOut]);
            prop_assert!(again.data.is_none() && again.weights.is_none());
        } else {
            prop_assert_eq!(notes, vec![]);
            prop_assert_eq!((again.data, again.weights, again.made), (link.data, link.weights, link.made));
            prop_assert_eq!(again.text, link.text);
        }
    }

    #[test]
    fn a_mutated_link_never_carries_other_weights(
        link in any_link(),
        cut in prop::option::of(any::<Index>()),
        changes in prop::collection::vec((any::<Index>(), any::<char>()), 0..4),
    ) {
        let mut text: Vec<char> = link.to_fragment().chars().collect();
        for (index, c) in changes {
            let index = index.index(text.len());
            text[index] = c;
        }
        if let Some(cut) = cut {
            text.truncate(cut.index(text.len()));
        }
        let text: String = text.into_iter().collect();
        let (again, _) = Link::parse(&text, "", &LESSONS);
        within_bounds(&again);
        if let Some(payload) = again.weights {
            let length = [unpacked_length(&payload)];
            let sent = link.weights.expect("weights out of nothing");
            prop_assert_eq!(weights::unpack(&payload, &length), weights::unpack(&sent, &length));
        }
    }

    #[test]
    fn garbage_is_read_or_named(fragment in "\\PC{0,80}", query in "\\PC{0,80}") {
        within_bounds(&Link::parse(&fragment, &query, &LESSONS).0);
    }

    #[test]
    fn garbage_between_the_words_of_a_link_too(
        words in prop::collection::vec(prop::sample::select(vec![
            "#", "/", "airline", "text", "?", "&", "=", "%", "%F", "%00", "%ff", "w", "data", "1h", "1q", "1t", "1x", "9", ".",
            "eJwDAAAAAAE", "v", "1", "cell", "gru", "epochs", "-5", "1e999", "NaN", "hide", "story", ",", "note",
            "权重", "lesson", "amp;", "made", "cpu", "embed", "-", "\u{0}", " ",
        ]), 0..40),
    ) {
        let text = words.concat();
        within_bounds(&Link::parse(&text, "", &LESSONS).0);
        within_bounds(&Link::parse("", &text, &LESSONS).0);
        let _ = weights::unpack(&text, &[3, 4]);
    }

    #[test]
    fn weights_keep_their_precision(tensors in prop::collection::vec(
        prop::collection::vec(prop_oneof![-2.0_f32..2.0, -1e4_f32..1e4, Just(0.0)], 0..60), 0..6,
    )) {
        let slices: Vec<&[f32]> = tensors.iter().map(Vec::as_slice).collect();
        let lengths: Vec<usize> = tensors.iter().map(Vec::len).collect();
        let half = weights::pack(&slices, Precision::Half, "0k3f9a").expect("finite");
        prop_assert_eq!(weights::check(&half), Ok(Precision::Half));
        let halves = weights::unpack(&half, &lengths).expect("whole");
        for (sent, found) in tensors.iter().flatten().zip(halves.iter().flatten()) {
            // 11 significant bits; below the smallest normal half, a fixed step.
            prop_assert!((sent - found).abs() <= sent.abs() / 2048.0 + 3e-8, "{} {}", sent, found);
        }
        let byte = weights::pack(&slices, Precision::Byte, "0k3f9a").expect("finite");
        prop_assert_eq!(weights::check(&byte), Ok(Precision::Byte));
        let bytes = weights::unpack(&byte, &lengths).expect("whole");
        for (sent, found) in tensors.iter().zip(&bytes) {
            prop_assert_eq!(sent.len(), found.len());
            let max = sent.iter().copied().fold(f32::MIN, f32::max);
            let min = sent.iter().copied().fold(f32::MAX, f32::min);
            for (sent, found) in sent.iter().zip(found) {
                prop_assert!((sent - found).abs() <= (max - min) / 509.0 + max.abs().max(min.abs()) * 1e-6);
            }
        }
    }

    #[test]
    fn any_bytes_are_weights_or_refused(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&payload).into_owned();
        let _ = weights::unpack(&text, &[10]);
        let _ = weights::unpack(&format!("1h{}.{text}", text.len()), &[10]);
    }

    #[test]
    fn a_series_reads_back_from_its_text(series in any_table(2..60)) {
        prop_assert_eq!(Series::parse(&series.to_csv()), Ok(series));
    }

    #[test]
    fn any_file_is_a_series_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        sound(reader::data(&kinds::SERIES, Source::File { bytes }, &Choices::default(), None, None));
    }

    #[test]
    fn any_table_is_a_series_or_refused(
        cells in prop::collection::vec(prop::sample::select(vec![
            "1", "-2.5", "3,5", "x", "\"", ",", ";", "\t", " ", "\n", "\r\n", "\r", "月", "1e400", "NaN", "\u{feff}",
        ]), 0..40),
    ) {
        sound(reader::data(&kinds::SERIES, Source::Text { text: cells.concat() }, &Choices::default(), None, None));
    }

    #[test]
    fn a_scale_can_be_undone(values in prop::collection::vec(-1e9..1e9, 1..50), x in -1e9..1e9) {
        for scaler in [Scaler::min_max(&values), Scaler::standard(&values)] {
            let again = scaler.unscale(scaler.scale(x));
            let size = values.iter().fold(x.abs(), |size, value| size.max(value.abs()));
            prop_assert!((again - x).abs() <= 1e-12 * size, "{} {}", again, x);
        }
    }

    #[test]
    fn windows_cover_the_series(vectors in 0..30_usize, window in 1..8_usize, size in 1..5_usize) {
        let values: Vec<f32> = (0..vectors * size).map(|number| number as f32).collect();
        let windows = Windows::cut(&values, window, size);
        prop_assert_eq!(windows.count, vectors.saturating_sub(window));
        prop_assert_eq!(windows.inputs.len(), windows.count * window * size);
        for index in 0..windows.count {
            let length = window * size;
            prop_assert_eq!(&windows.inputs[index * length..][..length], &values[index * size..][..length]);
            let target = &windows.targets[index * size..][..size];
            prop_assert_eq!(target, &values[(index + window) * size..][..size]);
        }
        prop_assert_eq!(windows.targets.len(), windows.count * size);
    }

    #[test]
    fn any_settings_prepare_any_series_or_say_why_not(form in any_form(&LESSON), series in any_series(2..200)) {
        let config = AirlineConfig::from_form(&form);
        // The lesson's own series is long enough for each setting by itself, not for all pairs of them.
        for series in [series, passengers()] {
            let Ok(data) = Dataset::new(&series, &config) else { continue };
            prop_assert!(data.train.count >= 1 && data.trimmed < data.size);
            prop_assert_eq!(data.values.len() + data.trimmed, series.len());
            prop_assert_eq!(data.first() + data.train.count * data.size, data.split);
            prop_assert_eq!(data.holdout.count, config.holdout);
            prop_assert_eq!(data.last.len(), data.window * data.size);
            prop_assert!(data.train.inputs.iter().all(|value| value.is_finite()));
            for baseline in baselines(&data) {
                prop_assert_eq!(baseline.fitted.len(), data.train_actual().len());
                prop_assert_eq!(baseline.holdout.len(), data.holdout_actual().len());
                prop_assert!(baseline.train_scores.rmse.is_finite());
            }
        }
    }
}

/// Every setting has a permitted value, and writing the link again loses nothing.
fn within_bounds(link: &Link) {
    for setting in link.lesson.all_settings() {
        let text = link.form.get(setting).to_string();
        assert!(setting.kind.read(&text).is_ok(), "{}={text}", setting.key);
    }
    let (again, _) = Link::parse(&link.to_fragment(), "", &LESSONS);
    assert_eq!(changed(&again), changed(link));
}

fn sound(read: Reading<Data>) {
    if let Ok(Data::Series(series)) = read.outcome {
        assert!(series.len() >= 2);
        for column in &series.columns {
            assert_eq!(column.values.len(), series.len());
            assert!(column.values.iter().all(|value| value.is_finite()));
        }
        assert_eq!(Series::parse(&series.to_csv()), Ok(series));
    }
}

/// How many weights a half-precision payload holds.
fn unpacked_length(payload: &str) -> usize {
    match weights::unpack(payload, &[0]) {
        Err(unroll::Error::WeightsMismatch { found, .. }) => found,
        other => panic!("{other:?}"),
    }
}
