//! Links as people and messengers write, cut and damage them.

use super::*;
use crate::data::{Data, Series};
use crate::lessons::LESSONS;
use crate::lessons::airline;
use crate::protocol::Precision;

/// Weights for the airline lesson under these settings.
fn packed(tensors: &[&[f32]], precision: Precision, link: &Link) -> String {
    let owner = weights::owner(link.lesson, &link.form, link.data.as_ref());
    weights::pack(tensors, precision, &owner).unwrap()
}

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
    assert!(text.starts_with("#/airline?sum=4-"), "{text}");
    assert!(text.ends_with("&lang=zh&embed=1&hide=story,data&note=~E7~9C~8B~E7~AC~AC~205~20~E5~B9~B4~20~26~20100~25~0A~3Cb~3E&v=1"), "{text}");
    let (again, notes) = Link::parse(&text, "", &LESSONS);
    assert_eq!(notes, []);
    assert_eq!((again.note, again.embed, again.present), (link.note, true, false));
    assert_eq!((again.lang, again.hide), (link.lang, link.hide));
}

#[test]
fn weights_travel_with_their_engine_and_their_data() {
    let mut link = Link::new(&airline::LESSON);
    link.data = Some(Data::Series(airline::passengers()));
    link.weights = Some(packed(&[&[0.5; 1092]], Precision::Half, &link));
    link.made = Some(Engine::Cpu);
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
    let payload = packed(&[&[0.5; 10]], Precision::Byte, &Link::new(&airline::LESSON));
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
    assert_eq!(notes.len(), 1, "one note for all");
    let keys: String = (0..200).map(|index| format!("epochs={index}&")).collect();
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
    sent.weights = Some(packed(&[&[0.5]], Precision::Half, &sent));
    let sealed = read(&sent.to_fragment());
    assert_eq!((sealed.lesson(), sealed.lang()), (&airline::LESSON, Some(Lang::Zh)));
    let sealed = sealed.plain().unwrap_err();
    assert_eq!(sealed.clone().open(), (sent.clone(), Vec::new()));

    let error = Error::Unreachable { address: "here".into(), reason: "offline".into() };
    let (link, notes) = sealed.give_up(&error);
    assert_eq!((link.lang, link.data, link.weights), (Some(Lang::Zh), None, None));
    assert_eq!(notes, [LinkNote::DataLost { error: error.clone() }], "weights mean nothing on other data");
    sent.data = None;
    sent.weights = Some(packed(&[&[0.5]], Precision::Half, &sent));
    let sealed = read(&sent.to_fragment()).plain().unwrap_err();
    assert_eq!(sealed.give_up(&error).1, [LinkNote::WeightsLost { error }]);
}

/// Links as people type them, and as mail, chat and people change them: all of these say `cell=gru&hidden_size=7`.
#[test]
fn what_can_have_only_one_meaning_is_understood_silently() {
    for fragment in [
        "#%2Fairline%3Fcell%3Dgru%26hidden_size%3D7",
        "#/airline%3Fcell%3Dgru%26hidden_size%3D7",
        "#/airline%253Fcell%253Dgru%2526hidden_size%253D7",
        "#%25252Fairline%25253Fcell%25253Dgru%252526hidden_size%25253D7",
        "#/airline?cell%3Dgru%26hidden_size%3D7",
        "#/airline?cell%3Dgru&hidden_size=7",
        "#/airline&cell=gru&hidden_size=7",
        "#/airline/cell=gru&hidden_size=7",
        "#cell=gru&hidden_size=7",
        "#cell%3Dgru%26hidden_size%3D7",
        "#airline?cell=gru&hidden_size=7",
        "#!/airline?cell=gru&hidden_size=7",
        "##/airline?cell=gru&hidden_size=7",
        "#/Airline?cell=GRU&hidden_size=7",
        "#/AIRLINE?CELL=GRU&HIDDEN_SIZE=7",
        "#/airline?cell=gru&amp;hidden_size=7",
        "#/airline?cell=gru&amp;amp;hidden_size=7",
        "#/airline?cell=gru&#38;hidden_size=7",
        "#/airline?cell=gru&#x26;hidden_size=7",
        "#/airline?cell=gru%26amp%3Bhidden_size=7",
        "#/airline?cell=3Dgru&hidden_size=3D7",
        "#/airline?cell=3Dgru&hidden_=\r\nsize=3D7",
        "#/airline?cell=3Dgru&hidden_=size=3D7",
        "#/airline?cell=gru&hidden_%0Asize=7",
        "#/airline?cell=gru&%20hidden_size=7",
        "#/airline?cell=g%20ru&hidden_size=+7",
        "#/airline?cell=g\u{200b}ru&hidden_\u{ad}size=7\u{feff}",
        "#/airline?cell=g%E2%80%8Bru&hidden_%C2%ADsize=7",
        "#/airline？cell＝gru＆hidden_size＝7",
        "#/airline%EF%BC%9Fcell%EF%BC%9Dgru%EF%BC%86hidden_size%EF%BC%9D7",
        "#/airline?cell=gru&hidden_size=7)",
        "#/airline?cell=gru&hidden_size=7.",
        "#/airline?cell=gru&hidden_size=7,",
        "#/airline?cell=gru&hidden_size=7>",
        "#/airline?cell=gru&hidden_size=7%22",
        "#/airline?cell=gru&hidden_size=7」",
        "#/airline?cell=gru&hidden_size=7。快来看",
        "#/airline?hidden_size=7&cell=gru%E3%80%82%E5%BF%AB%E6%9D%A5%E7%9C%8B",
        "#/airline?hidden_size=7&cell=gru快来看",
        "#/airline?hidden_size=7&cell=gru&v=1)",
        "#/airline?cell=gru&hidden_size=7&shareTo=wx&source=x&bd_vid=1&timestamp=2&utm_id=3&fbclid=4&gclid=5",
        "#/airline?from=timeline&cell=gru&hidden_size=7&isappinstalled=0&wxa_x=1&spm=a.b&_t=1&si=abc#wechat_redirect",
    ] {
        check(fragment, "", "cell=gru&hidden_size=7", &[]);
        // The same behind a question mark.
        let query = fragment.trim_start_matches('#');
        check("", &format!("?{query}"), "cell=gru&hidden_size=7", &[]);
        assert!(!Sealed::read(fragment, "", &LESSONS).is_bare(), "{fragment}");
    }
    check("", "?lesson=Airline&cell=gru", "cell=gru", &[]);
    check("", "?%23/airline?cell=gru", "cell=gru", &[]);
}

#[test]
fn a_bare_name_is_one_whatever_was_appended() {
    for (fragment, query) in [
        ("", ""),
        ("#/airline", ""),
        ("#/Airline)", ""),
        ("#/airline。快来看", ""),
        ("#%2Fairline", ""),
        ("#/airline?from=timeline", "?fbclid=1"),
        ("#wechat_redirect", "?utm_source=x"),
    ] {
        let sealed = Sealed::read(fragment, query, &LESSONS);
        assert!(sealed.is_bare() && sealed.lesson() == &airline::LESSON, "{fragment} {query}");
        check(fragment, query, "", &[]);
    }
    for fragment in ["#/airline?lang=zh", "#/airline?v=1", "#/airline%3Fcolour%3Dred", "#cell=lstm"] {
        assert!(!Sealed::read(fragment, "", &LESSONS).is_bare(), "{fragment}");
    }
}

#[test]
fn what_can_have_two_meanings_is_named() {
    check("#/airline?epochs=1,000", "", "", &["unreadable"]);
    check("#/airline?hidden_size=1000", "", "hidden_size=512", &["clamped"]);
    check("#/airline?colour=red&shape=round", "", "", &["unknown_key"]);
    let (_, notes) = Link::parse("#/airline?colour=red&shape=round&colour=red&shareTo=x", "", &LESSONS);
    assert_eq!(notes, [LinkNote::UnknownKey { key: "colour, shape".into() }]);
    check("#/airline%3Fcolour%3Dred", "", "", &["unknown_key"]);
    check("#/airline?cell=gru&cell=rnn&cell=gru", "", "cell=gru", &["repeated", "repeated"]);
    check("#/airline?cell=", "", "", &["unreadable"]);
}

/// What stands in a text survives whatever is undone around it; also in links that earlier versions made.
#[test]
fn texts_are_read_as_they_were_written() {
    let is_text = |setting: &&'static Setting| {
        matches!(setting.kind, settings::Kind::Text { .. }) && setting.only_when.is_none()
    };
    let with_text =
        |lesson: &&'static Lesson| Some((*lesson, lesson.settings.iter().copied().find(is_text)?));
    let (lesson, prompt) = LESSONS.iter().find_map(with_text).unwrap();
    for text in [
        "1+1=2 & 50% #?/",
        "%41 %2541 &amp; =3D =\n",
        "a%20b",
        "小满说：“听，",
        "~41",
        " a  b ",
        "？＆＝＃",
        "¬e ¶",
        "👨‍👩‍👧\u{200b}x",
    ] {
        let mut link = Link::new(lesson);
        link.form.write(prompt, text);
        link.note = Some(text.into());
        for fragment in [link.to_fragment(), link.to_fragment().replace('~', "%7E"), link.to_query()] {
            let (fragment, query) =
                if fragment.starts_with('?') { ("", &*fragment) } else { (&*fragment, "") };
            let (again, notes) = Link::parse(fragment, query, &LESSONS);
            assert_eq!(
                (&again.form, &again.note, notes),
                (&link.form, &link.note, vec![]),
                "{fragment}{query}"
            );
        }
    }
    for (written, note) in [
        ("100%25%20%26%20more", "100% & more"),
        ("100%2525", "100%"),
        ("see+it", "see it"),
        ("1%2B1%3D2", "1+1=2"),
        ("%25E7%259C%258B", "看"),
        ("%25E7%259C%258B%20%25", "%E7%9C%8B %"),
        ("~41", "~41"),
        ("a%E2%80%8Bb", "ab"),
        ("%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", "👨‍👩"),
    ] {
        let (link, notes) = Link::parse(&format!("#/airline?note={written}&v=1"), "", &LESSONS);
        assert_eq!((link.note.as_deref(), notes), (Some(note), vec![]), "{written}");
    }
}

#[test]
fn a_link_that_was_cut_or_changed_says_so_and_how_much_arrived() {
    let mut link = Link::new(&airline::LESSON);
    let all = link.lesson.all_settings();
    (link.form, _) =
        crate::settings::Form::read(&all, [("cell", "gru"), ("hidden_size", "16"), ("seed", "7")]);
    let whole = link.to_fragment();
    assert!(whole.starts_with("#/airline?sum=3-") && whole.ends_with("&v=1"), "{whole}");
    check(&whole, "", "cell=gru&hidden_size=16&seed=7", &[]);
    check(&whole.replace("&v=1", ""), "", "cell=gru&hidden_size=16&seed=7", &[]);
    let altered = |fragment: &str| Link::parse(fragment, "", &LESSONS).1;
    let cut = whole.find("6&seed").unwrap();
    assert_eq!(altered(&whole[..cut]), [LinkNote::Altered { found: 2, expected: 3 }], "16 is no 1");
    assert_eq!(altered(&whole.replace("seed=7", "seed=8")), [LinkNote::Altered { found: 3, expected: 3 }]);
    assert_eq!(altered("#/airline?sum=3-0k"), [LinkNote::Cut]);
    // By hand, behind what the sender wrote.
    let (found, notes) = read(&format!("{whole}&speed=100&note=a%20b&from=x"), "");
    assert_eq!((found.as_str(), notes), ("cell=gru&hidden_size=16&seed=7&speed=100", vec![]));
    // A query from elsewhere says nothing about a link that is whole.
    check(&whole, "?cell=rnn&horizon=3", "cell=gru&hidden_size=16&seed=7", &[]);
    // The form for chats that cut at the sign.
    let query = link.to_query();
    assert!(query.starts_with("?lesson=airline&sum=3-"), "{query}");
    check("", &query, "cell=gru&hidden_size=16&seed=7", &[]);
    check("#wechat_redirect", &query, "cell=gru&hidden_size=16&seed=7", &[]);
}

#[test]
fn weights_are_shown_under_the_settings_that_they_belong_to_and_no_others() {
    let mut link = Link::new(&airline::LESSON);
    let all = link.lesson.all_settings();
    (link.form, _) = crate::settings::Form::read(&all, [("cell", "gru"), ("learning_rate", "0.03")]);
    let payload = packed(&[&[0.5; 10]], Precision::Half, &link);
    link.weights = Some(payload.clone());
    let refused = [LinkNote::WeightsLost { error: Error::OtherSettings }];
    let whole = link.to_fragment();
    let read = |fragment: &str| {
        let (link, notes) = Link::parse(fragment, "", &LESSONS);
        (link.weights, notes)
    };
    assert_eq!(read(&whole), (Some(payload.clone()), vec![]));
    for same in ["cell=gru", "cell=GRU&learning_rate=0.5&epochs=7&horizon=3&seed=5"] {
        assert_eq!(
            read(&format!("#/airline?{same}&w={payload}&v=1")),
            (Some(payload.clone()), vec![]),
            "{same}"
        );
    }
    for other in ["", "cell=rnn&", "cell=gru&hidden_size=11&", "cell=gru&window=3&"] {
        assert_eq!(read(&format!("#/airline?{other}w={payload}&v=1")), (None, refused.to_vec()), "{other}");
    }
    // What the page once threw away, and read under the preset.
    for fragment in [
        "#%2Fairline%3Fcell%3Dgru%26w%3D",
        "#/airline%3Fcell%3Dgru%26w%3D",
        "#/airline&cell=gru&w=",
        "#cell=gru&w=",
    ] {
        assert_eq!(read(&format!("{fragment}{payload}")), (Some(payload.clone()), vec![]), "{fragment}");
    }
    // Broken lines inside.
    for gap in ["\u{200b}", "%E2%80%8B", "%0A", " ", "%20", "%C2%AD", "\n "] {
        let broken = format!("{}{gap}{}", &payload[..20], &payload[20..]);
        let (weights, notes) = read(&format!("#/airline?cell=gru&w={broken}&v=1"));
        assert_eq!(
            (weights.map(|text| weights::unpack(&text, &[10])), notes),
            (Some(Ok(vec![vec![0.5; 10]])), vec![]),
            "{gap:?}"
        );
    }
    // Made by an earlier version, which could not say what they belong to.
    let old = payload::seal('h', &[0; 20], None);
    assert_eq!(read(&format!("#/airline?cell=gru&w={old}&v=1")), (Some(old.clone()), vec![]));
    for lost in ["cell=transformer&", "cells=gru&"] {
        let (weights, notes) = read(&format!("#/airline?{lost}w={old}&v=1"));
        assert_eq!((weights, notes.last()), (None, refused.first()), "{lost}");
    }
    let (weights, _) = read(&format!("#/airline?cell=gru&w={old}&v=1&unheard_of=1"));
    assert_eq!(weights, Some(old), "appended");
}

#[test]
fn what_was_left_out_is_known_by_its_mark() {
    let mut link = Link::new(&airline::LESSON);
    let noise = |index: u64| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64;
    let values: Vec<f64> = (1..2000).map(noise).collect();
    let labels = (1..2000).map(|index: u32| index.to_string()).collect();
    let own = Data::Series(Series::single(labels, values));
    link.data = Some(own.clone());
    let mut sealed = Sealed::read(&link.to_fragment(), "", &LESSONS);
    assert_eq!(sealed.left_out(), Some(&*crate::share::of_data(&own)));
    sealed.supply(Own::Data(own));
    let (again, notes) = sealed.open();
    assert_eq!((again, notes), (link, vec![]));
    assert_eq!(
        Sealed::read("#/airline?data=-&v=1", "", &LESSONS).left_out(),
        None,
        "made by an earlier version"
    );
}
