//! Links as people and messengers write, cut and damage them.

use super::*;
use crate::data::{Data, Series};
use crate::lessons::LESSONS;
use crate::lessons::airline;
use crate::protocol::Precision;

/// The changed settings that `fragment` and `query` are read as, and the keys of the notes.
fn read(fragment: &str, query: &str) -> (String, Vec<String>) {
    let (link, notes) = Link::parse(fragment, query, &LESSONS);
    let changed = link.form.changed(&link.lesson.all_settings());
    let changed: Vec<_> = changed.into_iter().map(|(key, text)| format!("{key}={text}")).collect();
    (changed.join("&"), notes.iter().map(|note| note.key().replace("notice.link.", "")).collect())
}

fn check(fragment: &str, query: &str, changed: &str, notes: &[&str]) {
    let (found, found_notes) = read(fragment, query);
    assert_eq!(found, changed, "{fragment} {query}");
    assert_eq!(found_notes, notes, "{fragment} {query}");
}

#[test]
fn settings_are_read_from_both_ends() {
    check("", "", "", &[]);
    check("#/airline", "", "", &[]);
    check("#/airline?cell=gru&epochs=50&v=1", "", "cell=gru&epochs=50", &[]);
    check("", "?lesson=airline&cell=gru", "cell=gru", &[]);
    check("#/airline?epochs=60", "?cell=gru&epochs=50", "cell=gru&epochs=60", &[]);
    check("#cell=gru", "", "cell=gru", &[]);
    check("airline?cell=gru", "", "cell=gru", &[]);
    check("#/airline/?cell=gru&amp;epochs=50", "", "cell=gru&epochs=50", &[]);
}

#[test]
fn what_is_wrong_is_named() {
    check("#/airline?colour=red&cell=transformer", "", "", &["unknown_key", "unreadable"]);
    check("#/airline?epochs=9999999&epochs=7", "", "epochs=7", &["repeated"]);
    check("#/airline?epochs=99999999999999999999", "", "epochs=100000", &["clamped"]);
    check(
        "#/airline?learning_rate=NaN&momentum=&optimizer=sgd",
        "",
        "optimizer=sgd",
        &["unreadable", "unreadable"],
    );
    check("#/airplane?cell=gru", "", "cell=gru", &["problem"]);
    check("#/airline?cell=gru&v=7", "", "cell=gru", &["problem"]);
    let (_, notes) = Link::parse("#/airline?w=1h2650.abc&v=1", "", &LESSONS);
    assert_eq!(notes, [LinkNote::WeightsLost { error: Error::LinkCut { found: 3, expected: 2650 } }]);
}

#[test]
fn what_messengers_do_is_no_matter() {
    check("#/airline?cell=gru&from=singlemessage&isappinstalled=0", "", "cell=gru", &[]);
    check("#/airline?cell=gru&v=1?from=timeline&utm_source=x#wechat_redirect", "", "cell=gru", &[]);
    check("#/airline?cell=gru", "?from=groupmessage&fbclid=1", "cell=gru", &[]);
    check("#/airline&from=timeline", "", "", &[]);
    check("#wechat_redirect", "?cell=gru", "cell=gru", &[]);
    check("#/airline%3Fcell%3Dgru%26epochs%3D50", "", "cell=gru&epochs=50", &[]);
    check("#/airline?cell=gru&v=1。快来看", "", "cell=gru", &[]);
}

#[test]
fn how_the_page_looks_is_read_back() {
    let mut link = Link::new(&airline::LESSON);
    assert_eq!(link.to_fragment(), "#/airline?v=1");
    link.lang = Some(Lang::Zh);
    link.embed = true;
    link.hide = [Panel::Data, Panel::Story].into();
    link.note = Some("看第 5 年 & 100%\n<b>".into());
    let text = link.to_fragment();
    assert!(text.starts_with("#/airline?lang=zh&embed=1&hide=story,data&note=%E7%9C%8B"), "{text}");
    let (again, notes) = Link::parse(&text, "", &LESSONS);
    assert_eq!(notes, []);
    assert_eq!((again.note, again.embed, again.present), (link.note, true, false));
    assert_eq!((again.lang, again.hide), (link.lang, link.hide));
}

#[test]
fn weights_travel_with_their_engine_and_their_data() {
    let mut link = Link::new(&airline::LESSON);
    link.weights = weights::pack(&[&[0.5; 1092]], Precision::Half);
    link.made = Some(Engine::Cpu);
    link.data = Some(Data::Series(airline::passengers()));
    let (again, notes) = Link::parse(&link.to_fragment(), "", &LESSONS);
    assert_eq!(notes, []);
    assert_eq!((&again.weights, again.made, &again.data), (&link.weights, link.made, &link.data));

    // Data that is too long leaves no weights without it, and the receiver learns of it.
    let noise = |index: u64| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64;
    let values: Vec<f64> = (1..2000).map(noise).collect();
    let labels = (1..2000).map(|index: u32| index.to_string()).collect();
    link.data = Some(Data::Series(Series::single(labels, values)));
    assert_eq!(link.data_payload(), None);
    let (again, notes) = Link::parse(&link.to_fragment(), "", &LESSONS);
    assert_eq!(notes, [LinkNote::DataLeftOut]);
    assert_eq!((again.weights, again.made, again.data), (None, None, None));
}

#[test]
fn weights_of_another_version_or_without_their_data_are_not_shown() {
    let payload = weights::pack(&[&[0.5; 10]], Precision::Byte).unwrap();
    for fragment in [
        format!("#/airline?w={payload}&v=2"),
        format!("#/airline?data=1t99.abc&w={payload}&v=1"),
        format!("#/airplane?w={payload}&v=1"),
    ] {
        let (link, notes) = Link::parse(&fragment, "", &LESSONS);
        assert_eq!((link.weights, notes.len()), (None, 1), "{fragment}");
    }
}

#[test]
fn a_huge_link_is_read_in_part() {
    let many = "&x".repeat(1 << 20);
    let (link, notes) = Link::parse(&format!("#/airline?cell=gru&{many}"), "", &LESSONS);
    assert_eq!(link.form.changed(&link.lesson.all_settings()), [("cell", "gru".to_owned())]);
    assert!(matches!(notes[0], LinkNote::Problem { error: Error::TooLarge { .. } }));
    let keys: String = (0..5000).map(|index| format!("k{index}=1&")).collect();
    let (_, notes) = Link::parse(&format!("#/airline?{keys}"), "", &LESSONS);
    assert_eq!(notes.len(), NOTES_LIMIT);
    let (link, notes) = Link::parse(&format!("#/airline?note={}", "注".repeat(600)), "", &LESSONS);
    assert_eq!(link.note.map(|note| note.chars().count()), Some(NOTE_LIMIT));
    assert_eq!(notes[0].key(), "notice.link.clamped");
}

#[test]
fn a_note_crosses_to_the_page_and_back() {
    let note = LinkNote::WeightsLost { error: Error::LinkCut { found: 3, expected: 9 } };
    let text = serde_json::to_string(&note).unwrap();
    assert_eq!(serde_json::from_str::<LinkNote>(&text).unwrap(), note);
    assert_eq!(note.error().map(Error::key), Some("error.link_cut".into()));
}

#[test]
fn a_link_is_read_as_far_as_it_goes_without_what_opens_its_payloads() {
    let read = |fragment: &str| Sealed::read(fragment, "", &LESSONS);
    let (link, notes) = read("#/airline?lang=zh&cell=gru&data=-&v=1").plain().unwrap();
    assert_eq!((link, notes), Link::parse("#/airline?lang=zh&cell=gru&data=-&v=1", "", &LESSONS));

    let mut sent = Link::new(&airline::LESSON);
    sent.lang = Some(Lang::Zh);
    sent.data = Some(Data::Series(Series::single(vec!["a".into(), "b".into()], vec![1.0, 2.5])));
    sent.weights = weights::pack(&[&[0.5]], Precision::Half);
    let sealed = read(&sent.to_fragment());
    assert_eq!((sealed.lesson(), sealed.lang()), (&airline::LESSON, Some(Lang::Zh)));
    let sealed = sealed.plain().unwrap_err();
    assert_eq!(sealed.clone().open(), (sent.clone(), Vec::new()));

    let error = Error::Unreachable { address: "here".into(), reason: "offline".into() };
    let (link, notes) = sealed.give_up(&error);
    assert_eq!((link.lang, link.data, link.weights), (Some(Lang::Zh), None, None));
    assert_eq!(notes, [LinkNote::DataLost { error: error.clone() }], "weights mean nothing on other data");
    sent.data = None;
    let sealed = read(&sent.to_fragment()).plain().unwrap_err();
    assert_eq!(sealed.give_up(&error).1, [LinkNote::WeightsLost { error }]);
}
